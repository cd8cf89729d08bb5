using System.Reflection;
using AuthGateway.Proxy.Routes;
using Microsoft.Extensions.Configuration;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Transforms.Builder;

namespace AuthGateway.Tests.Forwarding;

/// <summary>
/// X4: every property of YARP's configuration model and every transform it knows is proven by a test, or refused by name. A new version that brings another one fails here
/// until it is decided.
/// </summary>
public class RoutesModelTests
{
    private const string Refused = nameof(RoutesRefusalTests) + "." + nameof(RoutesRefusalTests.What_cannot_be_served_is_refused_by_name_at_the_start_and_by_check);
    private const string Matching = nameof(RoutesFeatureTests) + "." + nameof(RoutesFeatureTests.Route_is_chosen_by_everything_that_a_match_may_say);
    private const string Balancing = nameof(RoutesFeatureTests) + "." + nameof(RoutesFeatureTests.Load_balancing_goes_by_its_policy);
    private const string Affinity = nameof(RoutesFeatureTests) + "." + nameof(RoutesFeatureTests.Session_affinity_keeps_a_browser_at_its_destination);
    private const string AffinityCookie = nameof(RoutesFeatureTests) + "." + nameof(RoutesFeatureTests.Affinity_cookie_is_as_written);
    private const string AffinityFailure = nameof(RoutesFeatureTests) + "." + nameof(RoutesFeatureTests.Lost_destination_is_an_error_or_another_one_as_written);
    private const string Active = nameof(RoutesHealthTests) + "." + nameof(RoutesHealthTests.Active_probe_takes_a_destination_out);
    private const string Passive = nameof(RoutesHealthTests) + "." + nameof(RoutesHealthTests.Failures_take_a_destination_out_for_its_time);
    private const string Available = nameof(RoutesHealthTests) + "." + nameof(RoutesHealthTests.Without_a_healthy_destination_the_policy_decides);
    private const string Wire = nameof(RoutesWireTests) + "." + nameof(RoutesWireTests.Http_client_settings_are_in_force);
    private const string Encoding = nameof(RoutesWireTests) + "." + nameof(RoutesWireTests.Encodings_are_as_written);
    private const string Proxy = nameof(RoutesWireTests) + "." + nameof(RoutesWireTests.Web_proxy_is_used);
    private const string Activity = nameof(RoutesWireTests) + "." + nameof(RoutesWireTests.Activity_timeout_is_504);
    private const string Version = nameof(RefusedStreamTests) + "." + nameof(RefusedStreamTests.Small_body_is_sent_again);
    private const string Timeout = nameof(RoutesWireTests) + "." + nameof(RoutesWireTests.Timeout_of_a_route_is_504);
    private const string Body = nameof(RoutesWireTests) + "." + nameof(RoutesWireTests.Body_over_the_routes_limit_is_413);
    private const string Host = nameof(RoutesFeatureTests) + "." + nameof(RoutesFeatureTests.Host_is_the_clients_the_destinations_or_a_transforms);
    private const string Transforms = nameof(RoutesTransformTests) + "." + nameof(RoutesTransformTests.Transform_does_what_yarp_documents);
    private const string Trailers = nameof(RoutesTransformTests) + "." + nameof(RoutesTransformTests.Trailer_transform_does_what_yarp_documents);
    private const string Paths = nameof(PathTransformTests) + "." + nameof(PathTransformTests.Path_arrives_byte_for_byte);

    // The key of its section, which YARP itself refuses inside, or what is only written down.
    private const string Key = nameof(RoutesFeatureTests) + "." + nameof(RoutesFeatureTests.Names_and_notes_change_nothing);

    private static readonly Dictionary<string, string> Decided = new()
    {
        ["RouteConfig.RouteId"] = Key,
        ["RouteConfig.Metadata"] = Key,
        ["RouteConfig.Match"] = Matching,
        ["RouteConfig.Order"] = Matching,
        ["RouteConfig.ClusterId"] = Refused,
        ["RouteConfig.AuthorizationPolicy"] = Refused,
        ["RouteConfig.RateLimiterPolicy"] = Refused,
        ["RouteConfig.OutputCachePolicy"] = Refused,
        ["RouteConfig.CorsPolicy"] = Refused,
        ["RouteConfig.TimeoutPolicy"] = Timeout,
        ["RouteConfig.Timeout"] = Timeout,
        ["RouteConfig.MaxRequestBodySize"] = Body,
        ["RouteConfig.Transforms"] = Transforms,
        ["RouteMatch.Methods"] = Matching,
        ["RouteMatch.Hosts"] = Matching,
        ["RouteMatch.Path"] = Matching,
        ["RouteMatch.QueryParameters"] = Matching,
        ["RouteMatch.Headers"] = Matching,
        ["RouteHeader.Name"] = Matching,
        ["RouteHeader.Values"] = Matching,
        ["RouteHeader.Mode"] = Matching,
        ["RouteHeader.IsCaseSensitive"] = Matching,
        ["RouteQueryParameter.Name"] = Matching,
        ["RouteQueryParameter.Values"] = Matching,
        ["RouteQueryParameter.Mode"] = Matching,
        ["RouteQueryParameter.IsCaseSensitive"] = Matching,
        ["ClusterConfig.ClusterId"] = Key,
        ["ClusterConfig.Metadata"] = Passive,
        ["ClusterConfig.LoadBalancingPolicy"] = Balancing,
        ["ClusterConfig.SessionAffinity"] = Affinity,
        ["ClusterConfig.HealthCheck"] = Passive,
        ["ClusterConfig.HttpClient"] = Wire,
        ["ClusterConfig.HttpRequest"] = Version,
        ["ClusterConfig.Destinations"] = Balancing,
        ["DestinationConfig.Address"] = Balancing,
        ["DestinationConfig.Health"] = Active,
        ["DestinationConfig.Metadata"] = Key,
        ["DestinationConfig.Host"] = Host,
        ["SessionAffinityConfig.Enabled"] = Affinity,
        ["SessionAffinityConfig.Policy"] = Affinity,
        ["SessionAffinityConfig.FailurePolicy"] = AffinityFailure,
        ["SessionAffinityConfig.AffinityKeyName"] = Affinity,
        ["SessionAffinityConfig.Cookie"] = AffinityCookie,
        ["SessionAffinityCookieConfig.Path"] = AffinityCookie,
        ["SessionAffinityCookieConfig.Domain"] = AffinityCookie,
        ["SessionAffinityCookieConfig.HttpOnly"] = AffinityCookie,
        ["SessionAffinityCookieConfig.SecurePolicy"] = AffinityCookie,
        ["SessionAffinityCookieConfig.SameSite"] = AffinityCookie,
        ["SessionAffinityCookieConfig.Expiration"] = AffinityCookie,
        ["SessionAffinityCookieConfig.MaxAge"] = AffinityCookie,
        ["SessionAffinityCookieConfig.IsEssential"] = AffinityCookie,
        ["HealthCheckConfig.Passive"] = Passive,
        ["HealthCheckConfig.Active"] = Active,
        ["HealthCheckConfig.AvailableDestinationsPolicy"] = Available,
        ["PassiveHealthCheckConfig.Enabled"] = Passive,
        ["PassiveHealthCheckConfig.Policy"] = Passive,
        ["PassiveHealthCheckConfig.ReactivationPeriod"] = Passive,
        ["ActiveHealthCheckConfig.Enabled"] = Active,
        ["ActiveHealthCheckConfig.Interval"] = Active,
        ["ActiveHealthCheckConfig.Timeout"] = Active,
        ["ActiveHealthCheckConfig.Policy"] = Active,
        ["ActiveHealthCheckConfig.Path"] = Active,
        ["ActiveHealthCheckConfig.Query"] = Active,
        ["HttpClientConfig.SslProtocols"] = Wire,
        ["HttpClientConfig.DangerousAcceptAnyServerCertificate"] = Wire,
        ["HttpClientConfig.MaxConnectionsPerServer"] = Wire,
        ["HttpClientConfig.EnableMultipleHttp2Connections"] = Wire,
        ["HttpClientConfig.RequestHeaderEncoding"] = Encoding,
        ["HttpClientConfig.ResponseHeaderEncoding"] = Encoding,
        ["HttpClientConfig.WebProxy"] = Proxy,
        ["WebProxyConfig.Address"] = Proxy,
        ["WebProxyConfig.BypassOnLocal"] = Proxy,
        ["WebProxyConfig.UseDefaultCredentials"] = Proxy,
        ["ForwarderRequestConfig.ActivityTimeout"] = Activity,
        ["ForwarderRequestConfig.Version"] = Version,
        ["ForwarderRequestConfig.VersionPolicy"] = Version,
        ["ForwarderRequestConfig.AllowResponseBuffering"] = Wire,
    };

    private static readonly Dictionary<string, string> DecidedTransforms = new()
    {
        ["PathSet"] = Paths,
        ["PathPrefix"] = Paths,
        ["PathRemovePrefix"] = Paths,
        ["PathPattern"] = Paths,
        ["QueryValueParameter"] = Paths,
        ["QueryRemoveParameter"] = Paths,
        ["QueryRouteParameter"] = Transforms,
        ["HttpMethodChange"] = Transforms,
        ["RequestHeadersCopy"] = Transforms,
        ["RequestHeaderOriginalHost"] = Host,
        ["RequestHeader"] = Transforms,
        ["RequestHeaderRouteValue"] = Transforms,
        ["RequestHeaderRemove"] = Transforms,
        ["RequestHeadersAllowed"] = Transforms,
        ["ResponseHeadersCopy"] = Transforms,
        ["ResponseHeader"] = Transforms,
        ["ResponseHeaderRemove"] = Transforms,
        ["ResponseHeadersAllowed"] = Transforms,
        ["ResponseTrailersCopy"] = Trailers,
        ["ResponseTrailer"] = Trailers,
        ["ResponseTrailerRemove"] = Trailers,
        ["ResponseTrailersAllowed"] = Trailers,
        ["Forwarded"] = Transforms,
        ["ClientCert"] = Transforms,
        ["X-Forwarded"] = Refused,
    };

    [Fact]
    public void Every_property_of_the_model_is_decided()
    {
        var properties = new SortedSet<string>(StringComparer.Ordinal);
        Walk(typeof(RouteConfig), properties);
        Walk(typeof(ClusterConfig), properties);

        Assert.Equal(properties, new SortedSet<string>(Decided.Keys, StringComparer.Ordinal));
        Assert.All(Decided.Values.Concat(DecidedTransforms.Values), test => Assert.True(Exists(test), test + " is no test."));
    }

    [Fact]
    public void Every_transform_is_decided()
    {
        // The names that YARP's factories answer to, beside those of their parameters (Set, Append, When, …).
        var keys = typeof(RouteConfig).Assembly.GetTypes().Where(type => type is { IsClass: true, IsAbstract: false } && typeof(ITransformFactory).IsAssignableFrom(type))
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public))
            .Where(field => field.FieldType == typeof(string) && field.Name.EndsWith("Key", StringComparison.Ordinal))
            .Select(field => (string)field.GetValue(null)!)
            .Except(["Set", "Append", "Remove", "When", "Always", "Success", "Failure", "For", "Host", "Proto", "Prefix", "By", "ForFormat", "ByFormat", "HeaderPrefix", "Action", "Off"])
            .ToHashSet(StringComparer.Ordinal);

        Assert.Equal(keys.Order(StringComparer.Ordinal), DecidedTransforms.Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("Routes:a:Order", "1", null)]
    [InlineData("Routes:a:Oder", "1", "Routes:a:Oder")]
    [InlineData("Routes:a:Match:Headers:0:Nam", "x", "Routes:a:Match:Headers:0:Nam")]
    [InlineData("Routes:a:Metadata:whatever", "x", null)]
    [InlineData("Routes:a:Transforms:0:PathPrefix", "/x", null)]
    [InlineData("Clusters:c:HttpClient:ClientCertificate:Path", "x.pem", "Clusters:c:HttpClient:ClientCertificate")]
    [InlineData("Clusters:c:Destinations:d:Adress", "http://x", "Clusters:c:Destinations:d:Adress")]
    [InlineData("Clusters:c:HealthCheck:Passive:Enabled", "true", null)]
    [InlineData("Cluster:c:Destinations:d:Address", "http://x", "Cluster")]
    [InlineData("$schema", "x", null)]
    public void Unknown_key_is_named_wherever_it_stands(string key, string value, string? named)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Routes:a:ClusterId"] = "c", ["Clusters:c:LoadBalancingPolicy"] = "Random", [key] = value }).Build();

        var problems = RoutesFileRules.Problems(configuration);

        Assert.Equal(named is null ? 0 : 1, problems.Count);
        Assert.All(problems, problem => Assert.Contains($"'{named}' is not known", problem, StringComparison.Ordinal));
    }

    private static void Walk(Type type, SortedSet<string> properties)
    {
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (properties.Add($"{type.Name}.{property.Name}"))
            {
                var below = property.PropertyType.IsGenericType ? property.PropertyType.GetGenericArguments()[^1] : property.PropertyType;
                if (below is { IsClass: true, Namespace: { } space } && space.StartsWith("Yarp.", StringComparison.Ordinal))
                {
                    Walk(below, properties);
                }
            }
        }
    }

    private static bool Exists(string test) => test.Split('.') is [var type, var method]
        && typeof(RoutesModelTests).Assembly.GetType($"{typeof(RoutesModelTests).Namespace}.{type}")?.GetMethod(method) is not null;
}
