namespace AuthGateway.Proxy.EarlyAnswers;

/// <summary>
/// Finds the final status line in the first bytes of an HTTP/1.1 response, after interim responses
/// (1xx, RFC 9110 §15.2).
/// </summary>
internal static class AnswerHead
{
    /// <summary>Returns the final status. 0 while the bytes do not contain it.</summary>
    public static int FindStatus(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= 12 && bytes.StartsWith("HTTP/1."u8))
        {
            var status = ((bytes[9] - '0') * 100) + ((bytes[10] - '0') * 10) + (bytes[11] - '0');
            if (status is < 100 or >= 200)
            {
                return status is >= 200 and <= 599 ? status : 0;
            }

            var end = bytes.IndexOf("\r\n\r\n"u8);
            if (end < 0)
            {
                return 0;
            }

            bytes = bytes[(end + 4)..];
        }

        return 0;
    }
}
