using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AuthGateway.Tests.Conventions;

/// <summary>
/// The gateway's source as the compiler sees it, without what source generators add. Parsed once for
/// all convention tests.
/// </summary>
internal static class SourceModel
{
    private const string ImplicitUsings = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;
        global using System.Net.Http; global using System.Net.Http.Json; global using System.Threading; global using System.Threading.Tasks;
        global using Microsoft.AspNetCore.Builder; global using Microsoft.AspNetCore.Hosting; global using Microsoft.AspNetCore.Http;
        global using Microsoft.AspNetCore.Routing; global using Microsoft.Extensions.Configuration; global using Microsoft.Extensions.Logging;
        global using Microsoft.Extensions.DependencyInjection; global using Microsoft.Extensions.Hosting;
        """;

    private static readonly Lazy<CSharpCompilation> Compiled = new(Compile);

    /// <summary>Every source file of the gateway, its path below <c>src/AuthGateway</c> with forward slashes.</summary>
    public static IReadOnlyDictionary<string, SyntaxTree> Files { get; } = Directory
        .GetFiles(Path.Combine(Repository.Root, "src", "AuthGateway"), "*.cs", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Path.Combine(Repository.Root, "src", "AuthGateway"), path).Replace('\\', '/'))
        .Where(path => !path.StartsWith("obj/", StringComparison.Ordinal) && !path.StartsWith("bin/", StringComparison.Ordinal))
        .ToDictionary(path => path, path => CSharpSyntaxTree.ParseText(File.ReadAllText(Path.Combine(Repository.Root, "src", "AuthGateway", path)), path: path));

    /// <summary>Each use of a type of the gateway in another folder: file that uses it, the type, the type's file.</summary>
    public static IEnumerable<(string From, string Type, string To)> Uses()
    {
        foreach (var (path, tree) in Files)
        {
            var model = Compiled.Value.GetSemanticModel(tree);
            var seen = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
            foreach (var name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>())
            {
                var symbol = model.GetSymbolInfo(name).Symbol;
                var type = (symbol as INamedTypeSymbol ?? symbol?.ContainingType)?.OriginalDefinition;
                while (type?.ContainingType is { } outer)
                {
                    type = outer;
                }

                if (type is not null && seen.Add(type) && type.DeclaringSyntaxReferences.FirstOrDefault()?.SyntaxTree.FilePath is { } file && file != path && Files.ContainsKey(file))
                {
                    yield return (path, type.Name, file);
                }
            }
        }
    }

    /// <summary>The types that a file declares outside of other types.</summary>
    public static IReadOnlyList<BaseTypeDeclarationSyntax> TypesOf(SyntaxTree file) =>
        [.. file.GetRoot().DescendantNodes().OfType<BaseTypeDeclarationSyntax>().Where(type => type.Parent is not BaseTypeDeclarationSyntax)];

    /// <summary>Each constructor of a class that is no record: the class, and how many parameters it has.</summary>
    public static IEnumerable<(string Class, int Parameters)> Constructors() =>
        from tree in Files.Values
        from type in tree.GetRoot().DescendantNodes().OfType<ClassDeclarationSyntax>()
        from count in type.Members.OfType<ConstructorDeclarationSyntax>().Select(constructor => constructor.ParameterList.Parameters.Count)
            .Append(type.ParameterList?.Parameters.Count ?? 0)
        select (type.Identifier.Text, count);

    private static CSharpCompilation Compile()
    {
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) != "auth-gateway.dll")
            .Select(path => MetadataReference.CreateFromFile(path));
        return CSharpCompilation.Create(
            "conventions", [.. Files.Values, CSharpSyntaxTree.ParseText(ImplicitUsings)], references, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
    }
}
