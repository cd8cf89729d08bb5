using System.Text.RegularExpressions;
using AuthGateway.Tests.Conventions;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AuthGateway.Tests.Walks;

/// <summary>A method of the gateway that was called for the first time.</summary>
/// <param name="Folder">Folder of its file below <c>src/AuthGateway</c>.</param>
/// <param name="Type">The type that the file is named after; of a nested type the outermost one.</param>
/// <param name="Method">The method; of a lambda or a local function the method that it stands in.</param>
internal sealed partial record FirstCall(string Folder, string Type, string Method)
{
    // Methods as they stand in the source: no constructors, properties and operators, and nothing that the compiler
    // adds. Background services run beside the request.
    private static readonly HashSet<(string Space, string Type, string Method)> Written =
        [.. from tree in SourceModel.Files.Values
            from method in tree.GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>()
            let space = method.Ancestors().OfType<BaseNamespaceDeclarationSyntax>().First().Name.ToString()
            let type = method.Ancestors().OfType<TypeDeclarationSyntax>().Last()
            where type.BaseList?.ToString().Contains("SupervisedService", StringComparison.Ordinal) != true
            select (space, type.Identifier.Text, method.Identifier.Text)];

    /// <summary>Reads a line of the list that the runtime writes (<c>DOTNET_JitDisasmSummary</c>).</summary>
    /// <returns>Null for a method that does not stand in the gateway's source.</returns>
    public static FirstCall? Parse(string line)
    {
        if (Compiled().Match(line) is not { Success: true } match)
        {
            return null;
        }

        var (space, type, rest) = (match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value);
        var outer = WrittenIn().Match(rest);
        var method = outer.Success ? outer.Groups[1].Value : MethodName().Match(rest).Groups[1].Value;
        var folder = space["AuthGateway".Length..].TrimStart('.').Replace('.', '/');
        return Written.Contains((space, type, method)) ? new(folder, type, method) : null;
    }

    // "  12: JIT compiled AuthGateway.Http.AccessRequest+Lines:Next(int):bool:this [MinOpts, IL size=5, code size=9]"
    [GeneratedRegex(@": JIT compiled (AuthGateway[\w.]*)\.(\w+)(.*)")]
    private static partial Regex Compiled();

    [GeneratedRegex(@"^[^:]*:(\w+)")]
    private static partial Regex MethodName();

    // <HandleAsync>d__5, <HandleAsync>b__0, <HandleAsync>g__Local|1_0
    [GeneratedRegex(@"<(\w+)>(?:d__|b__|g__)")]
    private static partial Regex WrittenIn();
}
