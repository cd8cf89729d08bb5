using System.Globalization;
using System.Text;

namespace AuthGateway.Testing;

/// <summary>Reads HTTP/1.1 messages from a stream without judging them: lines as Latin-1, bodies by length, chunks or end.</summary>
internal sealed class HttpReader(Stream stream)
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    /// <summary>One line without its end, or <c>null</c> when the peer closed.</summary>
    public async Task<string?> LineAsync()
    {
        var line = new List<byte>();
        while (await ByteAsync() is { } value)
        {
            if (value == '\n')
            {
                if (line is [.., (byte)'\r'])
                {
                    line.RemoveAt(line.Count - 1);
                }

                return Encoding.Latin1.GetString([.. line]);
            }

            line.Add(value);
        }

        return null;
    }

    /// <summary>Header or trailer lines up to the empty one; <c>null</c> when the peer closed in between.</summary>
    public async Task<List<string>?> LinesAsync()
    {
        var lines = new List<string>();
        while (await LineAsync() is { } line)
        {
            if (line.Length == 0)
            {
                return lines;
            }

            lines.Add(line);
        }

        return null;
    }

    public async Task<byte[]?> ExactAsync(long length)
    {
        var bytes = new byte[length];
        for (var i = 0; i < length;)
        {
            if (_start == _end && !await FillAsync())
            {
                return null;
            }

            var take = (int)Math.Min(length - i, _end - _start);
            _buffer.AsSpan(_start, take).CopyTo(bytes.AsSpan(i));
            _start += take;
            i += take;
        }

        return bytes;
    }

    /// <summary>A chunked body and its trailer lines; <c>null</c> when it broke off.</summary>
    public async Task<(byte[] Body, List<string> Trailers)?> ChunkedAsync()
    {
        var body = new List<byte>();
        while (await LineAsync() is { } size)
        {
            var length = long.Parse(size.Split(';')[0].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (length == 0)
            {
                return await LinesAsync() is { } trailers ? ([.. body], trailers) : null;
            }

            if (await ExactAsync(length) is not { } chunk || await LineAsync() is null)
            {
                return null;
            }

            body.AddRange(chunk);
        }

        return null;
    }

    public async Task<byte[]> ToEndAsync()
    {
        var body = new List<byte>();
        do
        {
            body.AddRange(_buffer[_start.._end]);
            _start = _end;
        }
        while (await FillAsync());
        return [.. body];
    }

    /// <summary>What arrives next, at least one byte; empty when the peer closed.</summary>
    public async Task<byte[]> SomeAsync()
    {
        if (_start == _end && !await FillAsync())
        {
            return [];
        }

        var some = _buffer[_start.._end];
        _start = _end;
        return some;
    }

    private async ValueTask<byte?> ByteAsync() => _start < _end || await FillAsync() ? _buffer[_start++] : null;

    private async Task<bool> FillAsync()
    {
        try
        {
            _start = 0;
            _end = 0;
            _end = await stream.ReadAsync(_buffer);
            return _end > 0;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
