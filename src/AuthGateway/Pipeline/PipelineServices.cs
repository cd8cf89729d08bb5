using AuthGateway.Pipeline.Refusals;

namespace AuthGateway.Pipeline;

/// <summary>Adds the access decision about a request, and the writers of refusals.</summary>
/// <remarks>
/// Owns: skip-auth rules, the order of authentication and authorization, identity headers,
/// refusals.
/// Does not own: how an entry point hands an allow over (<c>Endpoints</c>, <c>Proxy</c>).
/// Entry points: none.
/// </remarks>
internal static class PipelineServices
{
    public static IServiceCollection AddPipeline(this IServiceCollection services) => services
        .AddSingleton<EndReasons>()
        .AddSingleton<SessionHeader>()
        .AddSingleton<SkipAuthRules>()
        .AddSingleton<OriginRule>()
        .AddSingleton<AccessPipeline>()
        .AddSingleton<GroupHeader>()
        .AddSingleton<IdentityHeaders>()
        .AddSingleton<TokenReaders>()
        .AddSingleton<HopMark>()
        .AddSingleton<PublicHostRule>()
        .AddSingleton<ProbeTable>()
        .AddSingleton<WorkerRemoval>()
        .AddSingleton<EndedPage>()
        .AddSingleton<MachineRefusals>()
        .AddSingleton<LoginFailureWriter>()
        .AddSingleton<RefusedSessionEnd>()
        .AddSingleton<EndedSessionCookie>()
        .AddSingleton<UnavailableWriter>()
        .AddSingleton<BadRequestWriter>()
        .AddSingleton<ForbiddenWriter>()
        .AddSingleton<PublicAddressGuard>()
        .AddSingleton<LoginLinks>()
        .AddSingleton<LoginNeededPages>()
        .AddSingleton<LoginStartFailures>()
        .AddSingleton<LoginRedirect>()
        .AddSingleton<LoginDemand>()
        .AddSingleton<DecisionWriter>();
}
