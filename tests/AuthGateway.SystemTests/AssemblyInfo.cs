using AuthGateway.SystemTests.Parts;
using Xunit.Sdk;
using Xunit.v3;

// Two cores, one Keycloak, fixed seed ports: one test at a time.
[assembly: Parallelization(Mode = ParallelMode.None)]
[assembly: AssemblyFixture(typeof(KeycloakServer))]
[assembly: AssemblyFixture(typeof(GatewayBinary))]
[assembly: AssemblyFixture(typeof(Chromium))]
