namespace AuthGateway.Oidc.Provider.Metadata;

/// <summary>
/// The provider's metadata cannot be used at present. The message is shown in the log and on
/// <c>/readyz</c>.
/// </summary>
internal sealed class MetadataException(string message, Exception? inner = null) : Exception(message, inner);
