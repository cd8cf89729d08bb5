using System.Text;
using System.Text.Encodings.Web;

namespace AuthGateway.Pages;

/// <summary>
/// Builds HTML: <see cref="Markup"/> appends constants of the source code, <see cref="Text"/>
/// encodes everything else.
/// </summary>
internal sealed class PageWriter(HtmlEncoder encoder)
{
    private readonly StringBuilder _markup = new(8192);

    /// <summary>Appends constant markup without encoding.</summary>
    public PageWriter Markup(string constant)
    {
        _markup.Append(constant);
        return this;
    }

    /// <summary>Appends text or an attribute's value, encoded.</summary>
    public PageWriter Text(string value)
    {
        _markup.Append(encoder.Encode(value));
        return this;
    }

    /// <summary>Appends an attribute; nothing for null.</summary>
    public PageWriter Attribute(string name, string? value) =>
        value is null ? this : Markup($" {name}=\"").Text(value).Markup("\"");

    public override string ToString() => _markup.ToString();
}
