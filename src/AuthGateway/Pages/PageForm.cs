namespace AuthGateway.Pages;

/// <summary>One button that posts to a same-origin address.</summary>
internal sealed record PageForm(string ButtonText, string Action, bool Primary = true);
