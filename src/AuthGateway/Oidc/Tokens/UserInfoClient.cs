using System.Net;
using System.Text.Json;
using AuthGateway.Endpoints.Account;
using AuthGateway.Oidc.Provider;
using Duende.IdentityModel.Client;

namespace AuthGateway.Oidc.Tokens;

/// <summary>Userinfo outside of a login (OIDC Core §5.3): plain JSON about the same person, or nothing.</summary>
internal sealed class UserInfoClient(ProviderMetadata metadata, ProviderHttpClient backChannel)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <param name="accessToken">Whose claims.</param>
    /// <param name="subject"><c>sub</c> of the session's ID token: without the same one, userinfo must not be used (§5.3.2).</param>
    public async Task<UserInfoResult> AskAsync(string accessToken, string? subject)
    {
        if (!metadata.TryGet(out var known))
        {
            return new(null, "provider_unknown", IsTokenRefused: false) { Sentence = "The provider is not known yet." };
        }

        if (string.IsNullOrEmpty(known.UserInfoEndpoint))
        {
            return UserInfoResult.None;
        }

        using var limit = new CancellationTokenSource(Patience);
        using var request = new UserInfoRequest { Address = known.UserInfoEndpoint, Token = accessToken };
        var answer = await TryAskAsync(request, limit.Token);
        if (answer is null || answer.IsError || answer.Json is not { ValueKind: JsonValueKind.Object } claims)
        {
            return new(null, UserInfoResult.Failed, answer is not null && ProviderAnswers.OfUserInfo(answer.HttpStatusCode) == AnswerKind.DefiniteNo) { Sentence = SentenceOf(answer) };
        }

        if (UserInfoSubject.FlawOf(claims) is { } flaw)
        {
            return new(null, UserInfoResult.Failed, IsTokenRefused: false) { Sentence = flaw };
        }

        return UserInfoSubject.ContradictionOf(claims, subject) is { } contradiction
            ? new(null, UserInfoResult.OtherSubject, IsTokenRefused: false) { Sentence = contradiction }
            : new(claims, null, IsTokenRefused: false);
    }

    private static string SentenceOf(UserInfoResponse? answer) => answer switch
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
        catch (Exception e) when (e is OperationCanceledException or InvalidOperationException or JsonException or HttpRequestException or IOException)
        {
            // No answer in time, or one that is no JSON object.
            return null;
        }
    }
}

/// <summary>What userinfo said.</summary>
/// <param name="Claims">Its claims; null when there is no such endpoint, or with trouble.</param>
/// <param name="Trouble">Why nothing can be used; null when all is well.</param>
/// <param name="IsTokenRefused">A definite no (<see cref="ProviderAnswers"/>): the access token counts no longer.</param>
internal sealed record UserInfoResult(JsonElement? Claims, string? Trouble, bool IsTokenRefused)
{
    /// <summary>It is about somebody else: OIDC Core §5.3.2, nothing of it may be used.</summary>
    public const string OtherSubject = "userinfo_subject_mismatch";

    /// <summary>No answer, or none that can be used.</summary>
    public const string Failed = "userinfo_failed";

    /// <summary>The provider has no userinfo endpoint.</summary>
    public static UserInfoResult None { get; } = new(null, null, IsTokenRefused: false);

    /// <summary>The trouble in a sentence for the log.</summary>
    public string? Sentence { get; init; }

    public override string ToString() => Trouble ?? "***";
}
