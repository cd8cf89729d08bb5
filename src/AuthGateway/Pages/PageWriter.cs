using System.Text;
using System.Text.Encodings.Web;

namespace AuthGateway.Pages;

/// <summary>Builds markup with two verbs that cannot be confused: <see cref="Markup"/> for what we wrote, <see cref="Text"/> for everything else.</summary>
internal sealed class PageWriter(HtmlEncoder encoder)
{
    private readonly StringBuilder _markup = new(8192);

    /// <summary>Our own constant markup, as it is.</summary>
    public PageWriter Markup(string constant)
    {
        _markup.Append(constant);
        return this;
    }

    /// <summary>Text or an attribute's value, encoded.</summary>
    public PageWriter Text(string value)
    {
        _markup.Append(encoder.Encode(value));
        return this;
    }

    /// <summary>An attribute, left out when the value is <c>null</c>.</summary>
    public PageWriter Attribute(string name, string? value) =>
        value is null ? this : Markup($" {name}=\"").Text(value).Markup("\"");

    public override string ToString() => _markup.ToString();
}
