namespace AuthGateway.Sessions.Store.Sqlite;

/// <summary>
/// Identities of the files at the path: the database, its <c>-wal</c> and its <c>-shm</c>. Read
/// without opening them.
/// </summary>
internal readonly record struct StoreFiles(FileIdentity Main, FileIdentity Wal, FileIdentity Shm)
{
    /// <param name="isAlone">True for an exclusive connection, which has no <c>-shm</c>.</param>
    public bool AreThere(bool isAlone) => Main != default && Wal != default && (isAlone || Shm != default);

    /// <summary>Reads the identities of the three files.</summary>
    public static StoreFiles Read(string path) =>
        new(FileIdentity.Of(path), FileIdentity.Of(path + "-wal"), FileIdentity.Of(path + "-shm"));

    /// <summary>
    /// True when connections to <paramref name="opened"/> may still write their log into the
    /// database, because no other process can have written since.
    /// </summary>
    /// <remarks>
    /// A new <c>-wal</c> with content is another process's work, and so is a new <c>-shm</c> beside
    /// the old log.
    /// </remarks>
    public bool MayWriteBack(StoreFiles opened, bool isWalEmpty) =>
        Main == opened.Main && (Wal == opened.Wal ? Shm == opened.Shm || Shm == default : Wal == default || isWalEmpty);
}
