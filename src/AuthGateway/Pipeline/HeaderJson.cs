namespace AuthGateway.Pipeline;

[System.Text.Json.Serialization.JsonSerializable(typeof(string[]))]
internal sealed partial class HeaderJson : System.Text.Json.Serialization.JsonSerializerContext;
