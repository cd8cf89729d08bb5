using System.Security.Cryptography;
using System.Text;
using AuthGateway.Sessions.Protection;
using Microsoft.AspNetCore.DataProtection;

namespace AuthGateway.Proxy.Routes;

/// <summary>
/// Protects YARP's affinity keys (policies <c>Cookie</c> and <c>CustomHeader</c>) with
/// <c>SESSION_SECRET</c>. The keys are the same on all replicas, and no key file is written.
/// </summary>
internal sealed class SealedKeys(Sealer sealer, string use = "yarp") : IDataProtectionProvider, IDataProtector
{
    private readonly byte[] _use = Encoding.UTF8.GetBytes(use);

    public IDataProtector CreateProtector(string purpose) => new SealedKeys(sealer, $"{use}/{purpose}");

    public byte[] Protect(byte[] plaintext) => sealer.Seal("data-protection", plaintext, _use);

    public byte[] Unprotect(byte[] protectedData) =>
        sealer.Open("data-protection", protectedData, _use)
            ?? throw new CryptographicException("Not sealed by this gateway.");

    /// <summary>
    /// Replaces the framework's key ring, which writes files into the home directory at start.
    /// </summary>
    public static void Register(IServiceCollection services)
    {
        var rings = services.Where(service => service.ImplementationType?.Name == "DataProtectionHostedService");
        foreach (var ring in rings.ToList())
        {
            services.Remove(ring);
        }

        services.AddSingleton<IDataProtectionProvider>(
            provider => new SealedKeys(provider.GetRequiredService<Sealer>()));
    }
}
