using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace AuthGateway.Quickstart.App;

/// <summary>
/// Keeps the bytes that came in on one connection since its last request, so that a request's header lines can be shown as
/// they were sent: the server itself folds equal names together.
/// </summary>
internal sealed partial class HeadRecorder
{
    private const int Limit = 256 * 1024;
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private bool _paused;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (!_paused && _bytes.WrittenCount < Limit)
        {
            _bytes.Write(bytes);
        }
    }

    /// <summary>The request's header lines in their order, and no more recording until <see cref="Restart"/>.</summary>
    public IReadOnlyList<string[]> TakeLines()
    {
        _paused = true;
        var text = Encoding.UTF8.GetString(_bytes.WrittenSpan);
        var head = RequestLine().Match(text);
        var end = text.IndexOf("\r\n\r\n", head.Index, StringComparison.Ordinal);
        return !head.Success || end < 0
            ? throw new InvalidOperationException("The request's head was not recorded: requests must not be pipelined here.")
            : [.. text[(head.Index + head.Length)..end].Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Select(SplitLine)];
    }

    /// <summary>Drops what was kept; the next bytes are the next request's.</summary>
    public void Restart()
    {
        _bytes.ResetWrittenCount();
        _paused = false;
    }

    private static string[] SplitLine(string line)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? [line, ""] : [line[..colon], line[(colon + 1)..].Trim(' ', '\t')];
    }

    [GeneratedRegex(@"^[A-Z]+ [^ \r\n]+ HTTP/1\.[01]\r\n", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex RequestLine();
}
