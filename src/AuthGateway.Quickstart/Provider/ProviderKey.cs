using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace AuthGateway.Quickstart.Provider;

/// <summary>The provider's RS256 key: new at every start.</summary>
internal sealed class ProviderKey : IDisposable
{
    private readonly RSA _rsa = RSA.Create(2048);

    public ProviderKey() => SecurityKey = new RsaSecurityKey(_rsa) { KeyId = Guid.NewGuid().ToString("N") };

    public RsaSecurityKey SecurityKey { get; }

    public SigningCredentials Credentials => new(SecurityKey, SecurityAlgorithms.RsaSha256);

    public void Dispose() => _rsa.Dispose();
}
