namespace AuthGateway.Configuration.Catalogue;

/// <summary>How a value is written.</summary>
internal enum SettingType { Text, Boolean, Duration, Port, List, Address, Header, File, Choice, Json, Number }
