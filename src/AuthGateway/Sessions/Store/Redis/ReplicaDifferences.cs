using System.Globalization;

namespace AuthGateway.Sessions.Store.Redis;

/// <summary>
/// Describes settings that differ between replicas and must agree. Each sentence names the setting,
/// the effect on users and the next step.
/// </summary>
internal static class ReplicaDifferences
{
    /// <summary>
    /// Above this difference, replicas disagree about the expiry of tokens and sessions.
    /// </summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(30);

    /// <summary>True when this host's clock is more than 30 s off the clock of Redis.</summary>
    public static bool IsClockWrong(ReplicaView view) => view.ClockAhead.Duration() - view.Doubt > ClockTolerance;

    /// <param name="own">The facts of this gateway.</param>
    /// <param name="view">The other replicas.</param>
    public static IEnumerable<ReplicaDifference> Find(ReplicaFacts own, ReplicaView view)
    {
        if (IsClockWrong(view))
        {
            yield return new(
                "own clock",
                $"The clock of this gateway is {Seconds(view.ClockAhead)} of the clock of Redis: tokens and sessions end at other times here; set the host's time (NTP).");
        }

        foreach (var line in view.Others.SelectMany(other => Between(own, other)))
        {
            yield return line;
        }
    }

    private static IEnumerable<ReplicaDifference> Between(ReplicaFacts own, ReplicaFacts other)
    {
        if (own.Prefix != other.Prefix)
        {
            // Gateways of different applications may share a Redis. Gateways with the same client
            // and address need the same prefix.
            if (own.Issuer == other.Issuer && own.Client == other.Client && own.PublicUrl == other.PublicUrl)
            {
                yield return new(
                    $"{other.Id} prefix",
                    $"Replica {other.Name} has another SESSION_STORE_REDIS_PREFIX: sessions made there are not found here; set the same on all replicas.");
            }

            yield break;
        }

        if (own.Issuer != other.Issuer)
        {
            yield return new(
                $"{other.Id} issuer",
                $"Replica {other.Name} has another OIDC_PROVIDER (or OIDC_ISSUER): sessions made there do not open here; set the same, or another SESSION_STORE_REDIS_PREFIX for another gateway.");
        }

        if (own.Client != other.Client)
        {
            yield return new(
                $"{other.Id} client",
                $"Replica {other.Name} has another CLIENT_ID: sessions made there do not open here; set the same, or another SESSION_STORE_REDIS_PREFIX for another gateway.");
        }

        if (own.PublicUrl != other.PublicUrl)
        {
            yield return new(
                $"{other.Id} address",
                $"Replica {other.Name} has another PUBLIC_URL (or REDIRECT_URL): logins begun there may not end here; set the same on all replicas.");
        }

        if (!Opens(own, other) || !Opens(other, own))
        {
            yield return new(
                $"{other.Id} secret",
                $"Replica {other.Name} has another SESSION_SECRET: sessions and logins begun there do not open here; set the same on all replicas.");
        }

        if (Math.Abs(other.ClockAheadMilliseconds) > ClockTolerance.TotalMilliseconds)
        {
            yield return new(
                $"{other.Id} clock",
                $"The clock of replica {other.Name} is {Seconds(TimeSpan.FromMilliseconds(other.ClockAheadMilliseconds))} of the clock of Redis; set its host's time (NTP).");
        }

        if (own.Version != other.Version)
        {
            yield return new(
                $"{other.Id} version",
                $"Replica {other.Name} runs version {other.Version}, this one {own.Version}; finish the update.");
        }
    }

    private static bool Opens(ReplicaFacts one, ReplicaFacts another) =>
        another.Secrets is [var newest, ..] && one.Secrets.Contains(newest);

    private static string Seconds(TimeSpan ahead)
    {
        var seconds = Math.Abs(ahead.TotalSeconds).ToString("0", CultureInfo.InvariantCulture);
        return $"{seconds} s {(ahead > TimeSpan.Zero ? "ahead" : "behind")}";
    }
}
