using AuthGateway.Oidc.Provider;
using AuthGateway.Sessions.Store;

namespace AuthGateway.Endpoints.Health;

/// <summary>Collects the problems that do not affect readiness, for the operator.</summary>
internal sealed class HealthRemarks(ProviderMetadata metadata, StoreHealth store, ReplicaNotes replicas)
{
    /// <summary>A line each; empty when there are none.</summary>
    public IEnumerable<string> Lines
    {
        get
        {
            string?[] remarks =
            [
                store.Remark,
                metadata.LastProblem is { } problem
                    ? $"The provider's metadata cannot be read again; what was read last stays in use. {problem}"
                    : null,
                metadata.Note,
                .. replicas.Lines,
            ];
            return remarks.OfType<string>();
        }
    }
}
