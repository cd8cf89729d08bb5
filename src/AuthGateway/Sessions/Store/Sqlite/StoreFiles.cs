namespace AuthGateway.Sessions.Store.Sqlite;

/// <summary>Which files lie at the path now: the database, its <c>-wal</c> and its <c>-shm</c>. Looked at without opening them.</summary>
internal readonly record struct StoreFiles(FileIdentity Main, FileIdentity Wal, FileIdentity Shm)
{
    /// <param name="isAlone">An exclusive connection has no <c>-shm</c>.</param>
    public bool AreThere(bool isAlone) => Main != default && Wal != default && (isAlone || Shm != default);

    public static StoreFiles Of(string path) => new(FileIdentity.Of(path), FileIdentity.Of(path + "-wal"), FileIdentity.Of(path + "-shm"));

    /// <summary>
    /// Whether connections to <paramref name="opened"/> may still write their log back into the database: nobody else can have written since. A new
    /// <c>-wal</c> that holds something is another process's work, and so is a new <c>-shm</c> beside the old log.
    /// </summary>
    public bool MayTake(StoreFiles opened, bool isWalEmpty) =>
        Main == opened.Main && (Wal == opened.Wal ? Shm == opened.Shm || Shm == default : Wal == default || isWalEmpty);
}
