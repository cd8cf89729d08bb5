using System.Security.Cryptography;
using System.Text;
using AuthGateway.Sessions.Protection;
using Microsoft.AspNetCore.DataProtection;

namespace AuthGateway.Proxy.Routes;

/// <summary>
/// What YARP seals (affinity keys of the policies <c>Cookie</c> and <c>CustomHeader</c>) under <c>SESSION_SECRET</c>: the same on all replicas, and no key file is written.
/// </summary>
internal sealed class SealedKeys(Sealer sealer, string use = "yarp") : IDataProtectionProvider, IDataProtector
{
    private readonly byte[] _use = Encoding.UTF8.GetBytes(use);

    public IDataProtector CreateProtector(string purpose) => new SealedKeys(sealer, $"{use}/{purpose}");

    public byte[] Protect(byte[] plaintext) => sealer.Seal("data-protection", plaintext, _use);

    public byte[] Unprotect(byte[] protectedData) => sealer.Open("data-protection", protectedData, _use) ?? throw new CryptographicException("Not sealed by this gateway.");

    /// <summary>In the place of the framework's key ring, which writes files into the home folder at the start.</summary>
    public static void Register(IServiceCollection services)
    {
        foreach (var ring in services.Where(service => service.ImplementationType?.Name == "DataProtectionHostedService").ToList())
        {
            services.Remove(ring);
        }

        services.AddSingleton<IDataProtectionProvider>(provider => new SealedKeys(provider.GetRequiredService<Sealer>()));
    }
}
