using CsCheck;

namespace AuthGateway.Tests.Attacks;

/// <summary>One of a few fixed values, each as likely as the others.</summary>
internal static class Pick
{
    public static Gen<T> From<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}
