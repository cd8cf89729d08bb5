namespace AuthGateway.Configuration.Oauth2Proxy;

/// <summary>A setting of ours that was made from a foreign option.</summary>
/// <param name="Name">Name in the catalogue.</param>
/// <param name="Value">Its value; may be a secret.</param>
/// <param name="Option">The option it was made from, as it is written.</param>
internal sealed record TranslatedSetting(string Name, string Value, string Option);
