namespace AuthGateway.Tests.Conventions;

/// <summary>Bounds of the source's figures. <c>-showliveoutput</c> prints the table.</summary>
public sealed class SourceTableTests(ITestOutputHelper output)
{
    [Fact]
    public void Table_is_printed()
    {
        output.WriteLine($"files {SourceModel.Files.Count}, folders {SourceTable.Folders.Count}; fullest {string.Join(", ", SourceTable.Folders.Take(5))}");
        output.WriteLine($"longest files {string.Join(", ", SourceTable.Lines.Take(5))}");
        output.WriteLine($"longest methods {string.Join(", ", SourceTable.Methods.Take(5))}");
        output.WriteLine($"constructors with more than 5 parameters: {SourceTable.Constructors.Count(constructor => constructor.Parameters > 5)}: {string.Join(", ", SourceTable.Constructors.Where(constructor => constructor.Parameters > 5))}");
        output.WriteLine($"files with several types {SourceTable.SharedFiles.Count}: {string.Join(", ", SourceTable.SharedFiles)}");
        output.WriteLine($"code lines over 120 columns {SourceTable.WideCode.Count}, e.g. {string.Join('\n', SourceTable.WideCode.Take(5))}");
        output.WriteLine($"comment lines over 100 columns {SourceTable.WideComments.Count} of {SourceTable.CommentLines}");
        output.WriteLine($"idiom words {SourceTable.Words.Idiom.Count} in {SourceTable.Words.All} words of comment ({1000.0 * SourceTable.Words.Idiom.Count / SourceTable.Words.All:0.0} per 1,000)");

        Assert.NotEmpty(SourceTable.Folders);
    }

    [Fact]
    public void Folders_hold_at_most_23_files() => Assert.DoesNotContain(SourceTable.Folders, folder => folder.Files > 23);

    [Fact]
    public void Files_have_at_most_250_lines() => Assert.DoesNotContain(SourceTable.Lines, file => file.Lines > 250);

    [Fact]
    public void Methods_have_at_most_60_lines() => Assert.DoesNotContain(SourceTable.Methods, method => method.Lines > 60);

    [Fact]
    public void Constructors_have_at_most_7_parameters() =>
        Assert.DoesNotContain(SourceTable.Constructors, constructor => constructor.Parameters > 7);

    [Fact]
    public void At_most_5_constructors_have_more_than_5_parameters() =>
        Assert.InRange(SourceTable.Constructors.Count(constructor => constructor.Parameters > 5), 0, 5);

    /// <summary>A record beside the serializer that the compiler generates for it, and nothing else.</summary>
    [Fact]
    public void Files_hold_one_type_or_a_record_with_its_serializer()
    {
        Assert.InRange(SourceTable.SharedFiles.Count, 0, 8);
        Assert.All(SourceTable.SharedFiles, file =>
        {
            var types = SourceModel.TypesOf(SourceModel.Files[file]);
            Assert.Equal(2, types.Count);
            Assert.Contains("JsonSerializerContext", types[1].BaseList?.ToString(), StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Code_fits_120_columns() => Assert.Empty(SourceTable.WideCode);

    [Fact]
    public void Comments_fit_100_columns() =>
        Assert.InRange(SourceTable.WideComments.Count, 0, SourceTable.CommentLines / 50);

    [Fact]
    public void Comments_use_the_fields_words() =>
        Assert.InRange(SourceTable.Words.Idiom.Count, 0, SourceTable.Words.All / 2000);
}
