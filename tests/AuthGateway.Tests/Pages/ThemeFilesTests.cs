using System.Text;
using System.Xml.Linq;
using AuthGateway.Pages;

namespace AuthGateway.Tests.Pages;

public sealed class ThemeFilesTests
{
    [Fact]
    public void The_kubeflow_theme_has_its_style_sheet()
    {
        Assert.True(ThemeFiles.TryGet("kubeflow/styles.css", out var content, out var contentType));

        Assert.Equal("text/css; charset=utf-8", contentType);
        Assert.Contains("body {", Encoding.UTF8.GetString(content), StringComparison.Ordinal);
    }

    [Fact]
    public void The_kubeflow_theme_has_its_logo_as_a_picture_without_script()
    {
        Assert.True(ThemeFiles.TryGet("kubeflow/logo.svg", out var content, out var contentType));

        Assert.Equal("image/svg+xml", contentType);
        var root = XDocument.Parse(Encoding.UTF8.GetString(content)).Root;
        Assert.Equal("svg", root?.Name.LocalName);
        Assert.DoesNotContain(root!.Descendants(), element => element.Name.LocalName == "script");
    }

    [Theory]
    [InlineData("")]
    [InlineData("kubeflow")]
    [InlineData("kubeflow/")]
    [InlineData("/kubeflow/styles.css")]
    [InlineData("Kubeflow/styles.css")]
    [InlineData("kubeflow/STYLES.css")]
    [InlineData("kubeflow//styles.css")]
    [InlineData("kubeflow%2Fstyles.css")]
    [InlineData("kubeflow/../kubeflow/styles.css")]
    [InlineData("../pages/page.css")]
    [InlineData("page.css")]
    public void Only_the_exact_name_is_found(string path)
    {
        Assert.False(ThemeFiles.TryGet(path, out var content, out _));
        Assert.Null(content);
    }
}
