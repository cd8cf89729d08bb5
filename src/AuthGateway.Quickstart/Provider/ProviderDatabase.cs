using Microsoft.EntityFrameworkCore;

namespace AuthGateway.Quickstart.Provider;

/// <summary>OpenIddict's tables: clients, authorizations and issued tokens, in an SQLite database that lives in memory.</summary>
internal sealed class ProviderDatabase(DbContextOptions<ProviderDatabase> options) : DbContext(options);
