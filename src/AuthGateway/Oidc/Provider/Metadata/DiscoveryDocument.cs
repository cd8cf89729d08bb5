using System.Text.Json;
using AuthGateway.Configuration.Rules;

namespace AuthGateway.Oidc.Provider.Metadata;

/// <summary>
/// Reads a provider metadata document (OIDC Discovery §3) value by value. Null counts as absent and
/// a single string as a list of one. Values of the wrong type and invalid addresses are omitted and
/// reported in <see cref="LeftOut"/>. Never throws.
/// </summary>
internal sealed class DiscoveryDocument(JsonElement document)
{
    private readonly List<string> _leftOut = [];

    /// <summary>The entries that could not be read, each with the reason.</summary>
    public IReadOnlyList<string> LeftOut => _leftOut;

    /// <summary>The value of a string entry; null when absent, empty or omitted.</summary>
    public string? Text(string name)
    {
        if (document.Member(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            return value.GetString() is { Length: > 0 } text ? text : null;
        }

        _leftOut.Add($"{name} is {LogText.Shape(value)}");
        return null;
    }

    /// <summary>
    /// An absolute http or https URL without user information, in visible ASCII: other characters
    /// are escaped, so that it can be a <c>Location</c>. Null when absent or omitted.
    /// </summary>
    public string? Address(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        var uri = WebAddress.Absolute(text);
        if (uri is { UserInfo: "", Fragment: "" })
        {
            return WebAddress.ToAscii(text);
        }

        // RFC 6749 §3.1: an endpoint has no fragment. What is added to the address would be part of it.
        var flaw = text.Any(char.IsControl) ? "holds control characters"
            : uri?.Fragment.Length > 0 ? "has a fragment"
            : "is no http(s) address";
        _leftOut.Add($"{name} \"{LogText.Shown(text)}\" {flaw}");
        return null;
    }

    /// <summary>The strings of a list entry; empty when absent or omitted.</summary>
    public IReadOnlyList<string> List(string name)
    {
        switch (document.Member(name))
        {
            case null:
                return [];
            case { ValueKind: JsonValueKind.String } one:
                return [one.GetString()!];
            case { ValueKind: JsonValueKind.Array } many:
                var texts = many.EnumerateArray()
                    .Where(item => item.ValueKind == JsonValueKind.String)
                    .Select(item => item.GetString()!)
                    .ToList();
                if (texts.Count < many.GetArrayLength())
                {
                    _leftOut.Add($"{name} holds entries that are no text");
                }

                return texts;
            case { } other:
                _leftOut.Add($"{name} is {LogText.Shape(other)}");
                return [];
        }
    }

    /// <summary>
    /// A boolean entry, also sent as the string "true"; false when absent or omitted.
    /// </summary>
    public bool Flag(string name)
    {
        switch (document.Member(name))
        {
            case null or { ValueKind: JsonValueKind.False } or { ValueKind: JsonValueKind.String }:
                return document.Member(name) is { ValueKind: JsonValueKind.String } text && text.GetString() is "true";
            case { ValueKind: JsonValueKind.True }:
                return true;
            case { } other:
                _leftOut.Add($"{name} is {LogText.Shape(other)}");
                return false;
        }
    }
}
