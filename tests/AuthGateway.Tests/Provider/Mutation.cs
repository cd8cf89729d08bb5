using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;

namespace AuthGateway.Tests.Provider;

/// <summary>One odd answer made of a good one: kinds of values, names twice or gone, charsets, encodings, sizes, truncation, depth, bytes that are no UTF-8.</summary>
internal sealed class Mutation(Random random)
{
    private static readonly string[] Types =
    [
        "application/json", "application/json", "application/json; charset=windows-1252", "text/html; charset=iso-8859-15", "application/json; charset=utf8", "application/jwt", "text/plain",
        "application/json; charset=\"", "", "application/x-www-form-urlencoded", "application/json; charset=utf-16", "a", "application/token-introspection+jwt", "application/jwk-set+json",
    ];

    private static readonly string[] Values =
    [
        "null", "true", "-1", "1e308", "1e-400", "0", "\"\"", "\"\\ud800\"", "\"\u00e9\"", "[]", "{}", "[null]", "[[[[]]]]", "\"::\"", "\"not a url\"", "\"http://[::1\"", "\"\\u0000\"", "\"!!\"",
        "\"//x\"", "\"http://user:pw@x/\"", "\"file:///etc/passwd\"", "\"data:,x\"", "[\"a\",7]", "{\"keys\":[]}", "123456789012345678901234567890", "\"RS256\"", "[\"none\"]", "NaN", "'x'", "\"\u2028\"",
        "\"http://127.0.0.1:9/\"", "\"https://\"", "\"\\\\\"", "-0", "[0.1,{}]",
    ];

    /// <summary>Statuses that say nothing about a token; those that do end sessions rightly.</summary>
    private static readonly int[] Statuses = [200, 200, 200, 200, 200, 200, 200, 201, 204, 206, 301, 304, 429, 500, 502, 503];

    private byte[] _body = [];

    public int Status { get; private set; }

    public string ContentType { get; private set; } = "";

    public string? Encoding { get; private set; }

    public bool IsCutOff { get; private set; }

    public static Mutation Of(JsonNode good, Random random)
    {
        var mutation = new Mutation(random);
        mutation.Make(good);
        return mutation;
    }

    /// <summary>Some value of a claim or an entry.</summary>
    public static string Value(Random random) => Values[random.Next(Values.Length)];

    public async Task<bool> AnswerAsync(HttpContext context)
    {
        context.Response.StatusCode = Status;
        if (ContentType.Length > 0)
        {
            context.Response.Headers.ContentType = ContentType;
        }

        if (Encoding is not null)
        {
            context.Response.Headers.ContentEncoding = Encoding;
        }

        if (Status is 204 or 304)
        {
            return true;
        }

        if (IsCutOff)
        {
            context.Response.ContentLength = _body.Length + 100;
        }

        await context.Response.Body.WriteAsync(_body);
        if (IsCutOff)
        {
            await context.Response.Body.FlushAsync();
            context.Abort();
        }

        return true;
    }

    public override string ToString() => $"{Status} {ContentType} {Encoding} {System.Text.Encoding.Latin1.GetString(_body.AsSpan(0, Math.Min(_body.Length, 400)))}";

    private void Make(JsonNode good)
    {
        Status = random.Next(3) > 0 ? 200 : Statuses[random.Next(Statuses.Length)];
        ContentType = random.Next(3) > 0 ? "application/json" : Types[random.Next(Types.Length)];
        Encoding = random.Next(20) == 0 ? new[] { "gzip", "br", "identity", "x" }[random.Next(4)] : null;
        IsCutOff = random.Next(40) == 0;
        var text = good.ToJsonString();
        for (var i = random.Next(1, 3); i > 0; i--)
        {
            text = random.Next(5) == 0 ? Root(text) : Member(text);
        }

        _body = Bytes(text);
    }

    private string Member(string text)
    {
        try
        {
            return JsonNode.Parse(text) is JsonObject { Count: > 0 } json ? Edit(json, text) : Root(text);
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or ArgumentException or InvalidOperationException)
        {
            // It is mutated beyond JSON already.
            return Root(text);
        }
    }

    private string Edit(JsonObject json, string text)
    {
        var name = json.ElementAt(random.Next(json.Count)).Key;
        switch (random.Next(5))
        {
            case 0:
                json.Remove(name);
                return json.ToJsonString();
            case 1:
                return $"{{\"{name}\":{Value(random)},{text[1..]}";
            case 2 when json["keys"] is JsonArray keys:
                return text.Replace("[{", $"[{Key()},{{", StringComparison.Ordinal);
            case 3:
                return $"{{\"{name}\":{new string('[', 80)}{new string(']', 80)},{text[1..]}";
            default:
                json.Remove(name);
                var rest = json.ToJsonString();
                return json.Count == 0 ? $"{{\"{name}\":{Value(random)}}}" : $"{{\"{name}\":{Value(random)},{rest[1..]}";
        }
    }

    private string Key() => random.Next(6) switch
    {
        0 => """{"kty":"RSA","kid":"broken","n":"!!","e":"AQAB","use":"sig"}""",
        1 => $$"""{"kty":{{Value(random)}},"kid":{{Value(random)}}}""",
        2 => $$"""{"kty":"RSA","kid":"b","n":{{Value(random)}},"e":{{Value(random)}}}""",
        3 => $$"""{"kty":"EC","crv":{{Value(random)}},"x":{{Value(random)}},"y":{{Value(random)}}}""",
        4 => $$"""{"kty":"EC","crv":"P-256","x":{{Value(random)}},"y":"AAAA","key_ops":{{Value(random)}},"x5c":{{Value(random)}}}""",
        _ => Value(random),
    };

    private string Root(string text) => random.Next(7) switch
    {
        0 => "",
        1 => "[" + text + "]",
        2 => text.Length > 2 ? text[..random.Next(text.Length)] : text,
        3 => Value(random),
        4 => text + "x",
        5 => "<html>" + text,
        _ => new string(' ', random.Next(2000)) + text,
    };

    private byte[] Bytes(string text)
    {
        var bytes = random.Next(30) switch
        {
            0 => System.Text.Encoding.Unicode.GetPreamble().Concat(System.Text.Encoding.Unicode.GetBytes(text)).ToArray(),
            1 => System.Text.Encoding.UTF8.GetPreamble().Concat(System.Text.Encoding.UTF8.GetBytes(text)).ToArray(),
            2 => System.Text.Encoding.Latin1.GetBytes(text + "\u00e4"),
            3 => Zipped(text),
            4 => System.Text.Encoding.UTF8.GetBytes(text + new string(' ', 1_100_000)),
            _ => System.Text.Encoding.UTF8.GetBytes(text),
        };
        if (random.Next(8) == 0 && bytes.Length > 0)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return bytes;
    }

    private static byte[] Zipped(string text)
    {
        using var memory = new MemoryStream();
        using (var zip = new GZipStream(memory, CompressionLevel.Fastest))
        {
            zip.Write(System.Text.Encoding.UTF8.GetBytes(text));
        }

        return memory.ToArray();
    }
}
