namespace AuthGateway.Sessions.Store;

/// <summary>One thing in which two replicas differ that must agree.</summary>
/// <param name="Key">The replica and the setting: the same for as long as the difference lasts, although numbers in the text change.</param>
/// <param name="Text">A sentence: what differs, what it does to users, what next.</param>
internal sealed record ReplicaDifference(string Key, string Text);
