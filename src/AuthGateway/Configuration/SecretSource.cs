using System.Text;

namespace AuthGateway.Configuration;

/// <summary>
/// Candidates of one secret, newest first. A literal value never changes; a file or a mounted
/// folder of several secrets is read again, at most every 5 s. When it becomes unreadable, its last
/// valid content stays in use.
/// </summary>
internal sealed class SecretSource
{
    private static readonly char[] Separators = [' ', '\t', '\r', '\n', ','];
    private const StringSplitOptions Options = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(5);
    private readonly string? _path;
    private readonly Shape _shape;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private IReadOnlyList<string> _current;
    private long _lastCheck;

    private SecretSource(IReadOnlyList<string> current, string? path, Shape shape, TimeProvider time)
    {
        _shape = shape;
        _current = current;
        _path = path;
        _time = time;
        _lastCheck = time.GetTimestamp();
    }

    public static SecretSource Empty { get; } = new([], null, default, TimeProvider.System);

    /// <summary>One or several literal candidates, newest first.</summary>
    public static SecretSource FromValues(params IReadOnlyList<string> values) =>
        new(values, null, default, TimeProvider.System);

    /// <summary>
    /// A file (one secret, surrounding white space trimmed) or a folder (each file one secret,
    /// newest write first).
    /// </summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="shape">Format of a file.</param>
    /// <param name="time">For tests.</param>
    /// <exception cref="IOException">The path cannot be read now.</exception>
    public static SecretSource FromPath(string path, Shape shape = default, TimeProvider? time = null) =>
        new(Read(path, shape), path, shape, time ?? TimeProvider.System);

    /// <summary>Format of a file.</summary>
    /// <param name="HasSeveral">
    /// Several secrets, newest first, separated by blanks, commas or lines, as in the variable.
    /// </param>
    /// <param name="LeastBytes">
    /// Minimum length. When a file read again has a shorter secret, its last valid content stays in
    /// use.
    /// </param>
    internal readonly record struct Shape(bool HasSeveral, int LeastBytes);

    /// <summary>The current candidates, newest first; empty for a public client.</summary>
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
                if (_time.GetElapsedTime(_lastCheck) >= CheckInterval)
                {
                    _lastCheck = _time.GetTimestamp();
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
            // The mount is being replaced: the last valid candidates stay until the next check.
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
        var secrets = files.Select(File.ReadAllText)
            .SelectMany(text => shape.HasSeveral ? text.Split(Separators, Options) : [text.Trim()]);
        return [.. secrets.Where(secret => secret.Length > 0)];
    }

    private static long NumberAtEnd(string name)
    {
        var digits = name.AsSpan(name.AsSpan().LastIndexOfAnyExceptInRange('0', '9') + 1);
        return long.TryParse(digits, out var number) ? number : -1;
    }
}
