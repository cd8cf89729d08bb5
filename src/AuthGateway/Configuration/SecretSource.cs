using System.Text;

namespace AuthGateway.Configuration;

/// <summary>
/// Candidates of one secret, newest first. A literal value never changes; a file or a mounted folder of several
/// secrets is re-read when it changed (looked at once in 5 s at most). A file that became unreadable keeps its last good content.
/// </summary>
internal sealed class SecretSource
{
    private static readonly char[] Separators = [' ', '\t', '\r', '\n', ','];
    private const StringSplitOptions Options = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(5);
    private readonly string? _path;
    private readonly Shape _shape;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private IReadOnlyList<string> _current;
    private long _lastLook;

    private SecretSource(IReadOnlyList<string> current, string? path, Shape shape, TimeProvider time)
    {
        _shape = shape;
        _current = current;
        _path = path;
        _time = time;
        _lastLook = time.GetTimestamp();
    }

    public static SecretSource Empty { get; } = new([], null, default, TimeProvider.System);

    /// <summary>One or several literal candidates, newest first.</summary>
    public static SecretSource FromValues(params IReadOnlyList<string> values) => new(values, null, default, TimeProvider.System);

    /// <summary>A file (one secret, surrounding white space trimmed) or a folder (each file one secret, newest write first).</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="shape">What a file may hold.</param>
    /// <param name="time">For tests.</param>
    /// <exception cref="IOException">The path cannot be read now.</exception>
    public static SecretSource FromPath(string path, Shape shape = default, TimeProvider? time = null) => new(Read(path, shape), path, shape, time ?? TimeProvider.System);

    /// <summary>What a file may hold.</summary>
    /// <param name="HasSeveral">Several secrets, newest first, apart by blanks, commas or lines: as in the variable.</param>
    /// <param name="LeastBytes">When it is read again and one is shorter, the last good content stays.</param>
    internal readonly record struct Shape(bool HasSeveral, int LeastBytes);

    /// <summary>The candidates now, newest first; empty for a public client.</summary>
    public IReadOnlyList<string> Current
    {
        get
        {
            if (_path is null)
            {
                return _current;
            }

            lock (_gate)
            {
                if (_time.GetElapsedTime(_lastLook) >= LookInterval)
                {
                    _lastLook = _time.GetTimestamp();
                    TryReload();
                }

                return _current;
            }
        }
    }

    /// <summary>Never the secret.</summary>
    public override string ToString() => "***";

    private void TryReload()
    {
        try
        {
            var read = Read(_path!, _shape);
            if (read.Count > 0 && read.TrueForAll(secret => Encoding.UTF8.GetByteCount(secret) >= _shape.LeastBytes))
            {
                _current = read;
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The mount is being replaced: the last good candidates stay, the next look tries again.
        }
    }

    private static List<string> Read(string path, Shape shape)
    {
        var files = Directory.Exists(path)
            ? new DirectoryInfo(path).GetFiles()
                .Where(file => !file.Name.StartsWith("..", StringComparison.Ordinal))
                .OrderByDescending(file => (file.ResolveLinkTarget(true) ?? file).LastWriteTimeUtc)
                .ThenByDescending(file => NumberAtEnd(file.Name))
                .Select(file => file.FullName)
            : [path];
        return [.. files.Select(File.ReadAllText).SelectMany(text => shape.HasSeveral ? text.Split(Separators, Options) : [text.Trim()]).Where(secret => secret.Length > 0)];
    }

    private static long NumberAtEnd(string name)
    {
        var digits = name.AsSpan(name.AsSpan().LastIndexOfAnyExceptInRange('0', '9') + 1);
        return long.TryParse(digits, out var number) ? number : -1;
    }
}
