using System.Net;
using System.Text.Json;
using AuthGateway.Endpoints.Account;
using AuthGateway.Oidc.Provider;
using Duende.IdentityModel.Client;

namespace AuthGateway.Oidc.Tokens;

/// <summary>
/// Requests userinfo outside a login (OIDC Core §5.3). Accepts only JSON about the expected
/// subject.
/// </summary>
internal sealed class UserInfoClient(ProviderMetadata metadata, ProviderHttpClient backChannel)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>Sends one request, at most 5 s. Never throws.</summary>
    /// <param name="accessToken">The access token.</param>
    /// <param name="subject">
    /// The <c>sub</c> of the session's ID token. Userinfo with another one is not used (§5.3.2).
    /// </param>
    public async Task<UserInfoResult> AskAsync(string accessToken, string? subject)
    {
        if (!metadata.TryGet(out var known))
        {
            return new(null, "provider_unknown", IsTokenRefused: false)
            {
                Sentence = "The provider is not known yet.",
            };
        }

        if (string.IsNullOrEmpty(known.UserInfoEndpoint))
        {
            return UserInfoResult.None;
        }

        using var limit = new CancellationTokenSource(Timeout);
        using var request = new UserInfoRequest { Address = known.UserInfoEndpoint, Token = accessToken };
        var answer = await TryAskAsync(request, limit.Token);
        if (answer is null || answer.IsError || answer.Json is not { ValueKind: JsonValueKind.Object } claims)
        {
            var isRefused = answer is not null
                && ProviderAnswers.ClassifyUserInfo(answer.HttpStatusCode) == AnswerKind.DefiniteNo;
            return new(null, UserInfoResult.Failed, isRefused) { Sentence = Describe(answer) };
        }

        if (UserInfoSubject.FindError(claims) is { } error)
        {
            return new(null, UserInfoResult.Failed, IsTokenRefused: false) { Sentence = error };
        }

        return UserInfoSubject.FindMismatch(claims, subject) is { } mismatch
            ? new(null, UserInfoResult.OtherSubject, IsTokenRefused: false) { Sentence = mismatch }
            : new(claims, null, IsTokenRefused: false);
    }

    private static string Describe(UserInfoResponse? answer) => answer switch
    {
        null => "The userinfo endpoint gave no answer in time, or none that can be read.",
        { Exception: UserInfoRefusedException refused } => refused.Message,
        { HttpStatusCode: 0 } => "The userinfo endpoint gave no answer.",
        { HttpStatusCode: not HttpStatusCode.OK and var status } => $"The userinfo endpoint answered {(int)status}.",
        _ => "The userinfo answer is no JSON object.",
    };

    private async Task<UserInfoResponse?> TryAskAsync(UserInfoRequest request, CancellationToken limit)
    {
        try
        {
            return await backChannel.Client.GetUserInfoAsync(request, limit);
        }
        catch (Exception e) when (e is OperationCanceledException
            or InvalidOperationException
            or JsonException
            or HttpRequestException
            or IOException)
        {
            // No response in time, or one that is no JSON object.
            return null;
        }
    }
}
