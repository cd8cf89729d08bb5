namespace AuthGateway.SystemTests.Limits;

/// <summary>Where a peer listens and what it finds.</summary>
internal sealed record PeerPlaces(TempFolder Folder, FloodDoor Door, int Port, int Probes, int Application, string Issuer)
{
    public bool IsTls => Door == FloodDoor.Tls;
}
