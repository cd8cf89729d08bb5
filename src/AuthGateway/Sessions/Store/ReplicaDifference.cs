namespace AuthGateway.Sessions.Store;

/// <summary>A difference between two replicas in a setting that must agree.</summary>
/// <param name="Key">
/// The replica and the setting. It stays the same while the difference lasts, although numbers in
/// the text change.
/// </param>
/// <param name="Text">
/// A sentence with the difference, the effect on users and the next step.
/// </param>
internal sealed record ReplicaDifference(string Key, string Text);
