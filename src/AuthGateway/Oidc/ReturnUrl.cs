using AuthGateway.Configuration;
using AuthGateway.Model;

namespace AuthGateway.Oidc;

/// <summary>Where a login comes back to: a path on our own origin by the rules of browsers (WHATWG URL), else <c>/</c> (invariant I9).</summary>
internal sealed class ReturnUrl(UrlOptions urls)
{
    /// <summary>The page "You are logged in".</summary>
    public const string LoggedInPage = "";

    /// <summary>So that the sealed state stays under 2,000 characters.</summary>
    private const int MaxLength = 1400;

    /// <summary>The first page asked for; too long: without its query, then <c>/</c>.</summary>
    public string FromTarget(RequestTarget target) => Accept(target.Raw);

    /// <summary>What a parameter asks for; an absolute address counts only below the public origin.</summary>
    public string FromParameter(string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return LoggedInPage;
        }

        var origin = urls.PublicOrigin;
        return Accept(origin is not null && value.StartsWith(origin + "/", StringComparison.Ordinal) ? value[origin.Length..] : value);
    }

    private string Accept(string raw)
    {
        if (raw.Length > MaxLength)
        {
            var question = raw.IndexOf('?', StringComparison.Ordinal);
            raw = question is > 0 and <= MaxLength ? raw[..question] : "/";
        }

        return RequestTarget.TryParse(raw, out var target) && IsSafe(target) ? raw : "/";
    }

    // No second slash or backslash that a browser reads as a host; no dot segments, which could produce one; never one of our own actions.
    private bool IsSafe(RequestTarget target)
    {
        var path = target.Path;
        if (path.StartsWith("//", StringComparison.Ordinal) || target.Raw.Contains('\\', StringComparison.Ordinal))
        {
            return false;
        }

        foreach (var range in path.Split('/'))
        {
            if (IsDotSegment(path[range]))
            {
                return false;
            }
        }

        return !path.StartsWith(urls.Prefix, StringComparison.OrdinalIgnoreCase) || path.SequenceEqual(urls.Prefix);
    }

    private static bool IsDotSegment(ReadOnlySpan<char> segment)
    {
        if (segment.Length > 6)
        {
            return false;
        }

        var text = segment.ToString().Replace("%2e", ".", StringComparison.OrdinalIgnoreCase);
        return text is "." or "..";
    }
}
