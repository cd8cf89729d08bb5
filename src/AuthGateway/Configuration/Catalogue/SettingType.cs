namespace AuthGateway.Configuration.Catalogue;

/// <summary>Syntax of a value.</summary>
internal enum SettingType { Text, Boolean, Duration, Port, List, Address, Header, File, Choice, Json, Number }
