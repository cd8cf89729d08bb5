using AuthGateway.Http;
using AuthGateway.Oidc.Provider;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;

namespace AuthGateway.Oidc.Login.Callback;

/// <summary>Lets ASP.NET Core's OpenID Connect handler redeem the code of a callback.</summary>
internal sealed class CodeRedemption(IOptionsMonitor<OpenIdConnectOptions> options, TimeProvider clock)
{
    /// <summary>Starts the time limit of a callback.</summary>
    public CallbackBudget Begin(AccessRequest request) => new(request, clock);

    /// <summary>Redeems the code and validates the token response (OIDC Core §3.1.3).</summary>
    /// <exception cref="LoginFailedException">
    /// The provider refused, took too long, or its response is not valid.
    /// </exception>
    public async Task<LoginResult> RedeemAsync(HttpContext context, CallbackBudget time)
    {
        var calls = ProviderCalls.Begin();
        var browser = context.RequestAborted;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(browser);
        if (time.IsLimited)
        {
            limit.CancelAfter(time.ProviderRest);
        }

        context.RequestAborted = calls.Budget = limit.Token;
        try
        {
            var handler = await LoginHandler.ForAsync(context, options);
            await handler.HandleRequestAsync();
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !browser.IsCancellationRequested)
        {
            throw TooSlow(calls);
        }
        finally
        {
            context.RequestAborted = browser;
        }

        var result = context.Items[LoginEvents.ResultKey] as LoginResult;
        if (result is { IsComplete: true, Failure: null })
        {
            return result;
        }

        var failure = limit.IsCancellationRequested && !browser.IsCancellationRequested
            ? TooSlow(calls)
            : result?.Failure ?? new LoginFailedException(LoginFailure.TokenRequestFailed)
            {
                Reason = $"{calls.Sentence ?? "The token endpoint was not asked"}; no usable tokens.",
            };
        failure.IsCodeUnsent = calls.Call is null;
        throw failure;
    }

    private static LoginFailedException TooSlow(ProviderCalls calls) =>
        new(
            LoginFailure.ProviderUnavailable,
            $"The provider took longer than {CallbackBudget.Provider.TotalSeconds:0} s.")
        {
            Reason = $"{calls.Sentence}; behind Envoy a callback has {CallbackBudget.Provider.TotalSeconds:0} s for the provider.",
        };
}
