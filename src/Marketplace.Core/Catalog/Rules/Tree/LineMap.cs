using System.Text;

namespace Marketplace.Core.Catalog.Rules.Tree;

/// <summary>
/// From places to lines and columns, both from 1, columns in characters. Ask in ascending order: a document of five
/// megabytes in one line is walked once.
/// </summary>
internal ref struct LineMap(ReadOnlySpan<byte> utf8, ReadOnlySpan<char> characters)
{
    private readonly ReadOnlySpan<byte> _utf8 = utf8;
    private readonly ReadOnlySpan<char> _characters = characters;
    private int _at;
    private int _line = 1;
    private int _column = 1;

    public (int Line, int Column) Locate(int at)
    {
        if (at < _at)
            (_at, _line, _column) = (0, 1, 1);
        if (_characters.IsEmpty)
        {
            var passed = _utf8[_at..at];
            var newline = passed.LastIndexOf((byte)'\n');
            Move(passed.Count((byte)'\n'), newline < 0, Encoding.UTF8.GetCharCount(passed[(newline + 1)..]));
        }
        else
        {
            var passed = _characters[_at..Math.Min(at, _characters.Length)];
            var newline = passed.LastIndexOf('\n');
            Move(passed.Count('\n'), newline < 0, passed.Length - newline - 1);
        }
        _at = at;
        return (_line, _column);
    }

    private void Move(int lines, bool sameLine, int columns)
    {
        _line += lines;
        _column = sameLine ? _column + columns : columns + 1;
    }
}
