namespace AuthGateway.Configuration.Choices;

/// <summary>Kind of session store (<c>SESSION_STORE_TYPE</c>).</summary>
internal enum SessionStoreType { Sqlite, Redis }
