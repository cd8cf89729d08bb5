using System.Security.Cryptography;
using System.Text.Json.Nodes;
using AuthGateway.Authentication.Kubernetes;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;

namespace AuthGateway.Tests.Authentication;

/// <summary>A Kubernetes API server as far as tokens go: TokenReview (authentication.k8s.io/v1) and the issuer's discovery document, as a real one words them.</summary>
internal sealed class FakeCluster : IDisposable
{
    public const string Issuer = "https://kubernetes.default.svc.cluster.local";
    public const string Audience = "istio-ingressgateway.istio-system.svc.cluster.local";
    public const string User = "system:serviceaccount:team-a:default-editor";
    private const string ReviewPath = "/apis/authentication.k8s.io/v1/tokenreviews";
    private readonly WireMockServer _server = WireMockServer.Start();
    private readonly TempFolder _folder = new();
    private readonly RSA _key = RSA.Create(2048);

    public FakeCluster()
    {
        AnswerReviews(201);
        AnswerDiscovery(200);
        KubeConfig = _folder.File("kubeconfig");
        File.WriteAllText(KubeConfig, $$"""
            apiVersion: v1
            kind: Config
            current-context: here
            contexts: [{ name: here, context: { cluster: here, user: gateway } }]
            clusters: [{ name: here, cluster: { server: "{{_server.Url}}" } }]
            users: [{ name: gateway, user: { token: own-token-of-the-gateway } }]
            """);
    }

    public string KubeConfig { get; }

    public Uri Address => new(_server.Url!);

    /// <summary>Last word on <c>status</c> before it leaves.</summary>
    public Action<JsonObject> EditStatus { get; set; } = _ => { };

    public IReadOnlyList<JsonNode> Reviews => [.. _server.LogEntries.Where(entry => entry.RequestMessage?.Path == ReviewPath).Select(entry => JsonNode.Parse(entry.RequestMessage!.Body!)!)];

    public IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string> { ["KUBECONFIG"] = KubeConfig };

    public void AnswerReviews(int status) => _server
        .Given(Request.Create().WithPath(ReviewPath).UsingPost().WithHeader("Authorization", "Bearer own-token-of-the-gateway"))
        .RespondWith(Response.Create().WithStatusCode(status).WithHeader("Content-Type", "application/json").WithBody(request => Review(request.Body ?? "{}")));

    public void AnswerDiscovery(int status) => _server
        .Given(Request.Create().WithPath("/.well-known/openid-configuration").UsingGet())
        .RespondWith(Response.Create().WithStatusCode(status).WithHeader("Content-Type", "application/json").WithBody(
            $$"""{"issuer":"{{Issuer}}","jwks_uri":"https://10.0.0.1:6443/openid/v1/jwks","response_types_supported":["id_token"],"subject_types_supported":["public"],"id_token_signing_alg_values_supported":["RS256"]}"""));

    /// <summary>True: the review knows only tokens that its own key signed.</summary>
    public bool RefusesUnsigned { get; set; }

    public void AnswerKeys(int status) => _server
        .Given(Request.Create().WithPath("/openid/v1/jwks").UsingGet())
        .RespondWith(Response.Create().WithStatusCode(status).WithHeader("Content-Type", "application/jwk-set+json").WithBody(KeySet()));

    /// <summary>Nobody answers at its port any more.</summary>
    public void Stop() => _server.Stop();

    /// <summary>A bound service-account token.</summary>
    /// <param name="edit">Last word on its claims.</param>
    /// <param name="key">Another key than the cluster's, under its name.</param>
    public string Token(Action<JsonObject>? edit = null, RSA? key = null)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["aud"] = new JsonArray(Audience),
            ["exp"] = now + 3600,
            ["iat"] = now,
            ["iss"] = Issuer,
            ["jti"] = Guid.NewGuid().ToString(),
            ["kubernetes.io"] = new JsonObject { ["namespace"] = "team-a", ["serviceaccount"] = new JsonObject { ["name"] = "default-editor", ["uid"] = "3c9ad0f5" } },
            ["nbf"] = now,
            ["sub"] = User,
        };
        edit?.Invoke(claims);
        return Jwt.SignRs256(new JsonObject { ["alg"] = "RS256", ["kid"] = "cluster-key" }, claims, key ?? _key);
    }

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
        _key.Dispose();
    }

    private string Review(string body)
    {
        var review = JsonNode.Parse(body)!.AsObject();
        var status = new JsonObject
        {
            ["authenticated"] = true,
            ["user"] = new JsonObject
            {
                ["username"] = User,
                ["uid"] = "3c9ad0f5",
                ["groups"] = new JsonArray("system:serviceaccounts", "system:serviceaccounts:team-a"),
                ["extra"] = new JsonObject { ["authentication.kubernetes.io/pod-name"] = new JsonArray("notebook-0") },
            },
            ["audiences"] = new JsonArray(Audience),
        };
        if (RefusesUnsigned && !IsOurs(review["spec"]!["token"]!.GetValue<string>()))
        {
            status = new JsonObject { ["error"] = "invalid bearer token", ["user"] = new JsonObject() };
        }

        EditStatus(status);
        review["metadata"] = new JsonObject { ["creationTimestamp"] = null };
        review["status"] = status;
        return review.ToJsonString();
    }

    private bool IsOurs(string token)
    {
        var parts = token.Split('.');
        return _key.VerifyData(
            System.Text.Encoding.ASCII.GetBytes(parts[0] + "." + parts[1]), System.Buffers.Text.Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    private string KeySet()
    {
        var key = _key.ExportParameters(false);
        return new JsonObject
        {
            ["keys"] = new JsonArray(new JsonObject
            {
                ["use"] = "sig",
                ["kty"] = "RSA",
                ["kid"] = "cluster-key",
                ["alg"] = "RS256",
                ["n"] = Jwt.Encode(key.Modulus),
                ["e"] = Jwt.Encode(key.Exponent),
            }),
        }.ToJsonString();
    }
}
