"""What every chapter has in common, as checks that return problems.

A chapter is a notebook as `json.load` reads it. Each check takes one and
returns what is wrong with it, one sentence each.
"""

import ast
import re

SECTIONS = (
    "The question", "Data", "Plain Keras", "Predict first", "Turn the knob",
    "Try this", "Evidence", "Why", "Exercises", "Summary", "References",
)  # fmt: skip
TAGS = {
    "plain-keras", "explorer", "colab", "solution", "remove-cell",
    "hide-input", "hide-cell", "raises-exception",
}  # fmt: skip
FILLERS = re.compile(r"\b(simply|just|obviously|magic\w*)\b", re.IGNORECASE)
DROPDOWN = re.compile(r"^:::+\{dropdown\}", re.MULTILINE)
DISPLAY = re.compile(r"\$\$.+?\$\$", re.DOTALL)


def text_of(cell):
    return "".join(cell["source"])


def tags_of(cell):
    return cell["metadata"].get("tags", [])


def code_cells(chapter):
    return [c for c in chapter["cells"] if c["cell_type"] == "code"]


def markdown_of(chapter):
    cells = [c for c in chapter["cells"] if c["cell_type"] == "markdown"]
    return "\n\n".join(map(text_of, cells))


def sections(chapter):
    """Returns heading to Markdown text, in order; the title's key is ''."""
    parts = re.split(r"^## +(.*)$", markdown_of(chapter), flags=re.MULTILINE)
    return {"": parts[0], **dict(zip(parts[1::2], parts[2::2], strict=True))}


def bullets(text, mark=r"-"):
    return re.findall(rf"^{mark} ", text, re.MULTILINE)


def words(text):
    """Counts what is read as words: no maths, no code, no link targets."""
    text = re.sub(r"\$\$?.+?\$\$?|`[^`]*`", " ", text, flags=re.DOTALL)
    text = re.sub(r"\]\([^)]*\)|\{[a-z:]+\}", " ", text)
    return len(re.findall(r"\w[\w',.%-]*", text))


def check_headings(chapter):
    found = re.findall(r"^#{1,2} .*$", markdown_of(chapter), re.MULTILINE)
    expected = [f"## {name}" for name in SECTIONS]
    if not found or not found[0].startswith("# "):
        return ["The first heading is no title."]
    if found[1:] != expected:
        return [f"The headings are {found[1:]}; they must be {expected}."]
    return []


def check_title_cell(chapter):
    text = text_of(chapter["cells"][0])
    head, _, tail = text.partition("**You will be able to**")
    problems = []
    if not re.match(r"# .+\n\n\*\*[^*]+\.\*\*\n", head):
        problems.append("The title is not followed by a bold claim.")
    if len(bullets(tail)) != 3:
        problems.append("'You will be able to' must have three bullets.")
    if not re.search(r"\d+ minutes", tail):
        problems.append("The first cell does not say how many minutes.")
    if "Read first:" not in tail:
        problems.append("The first cell does not say what to read first.")
    return problems


def check_sections(chapter):
    text = dict.fromkeys(SECTIONS, "") | sections(chapter)
    question, exercises = text["The question"], text["Exercises"]
    asked = len(re.findall(r"^\*\*\d+\.", exercises, re.MULTILINE))
    right = {
        "The question must have one display equation.": (
            len(DISPLAY.findall(question)) == 1
        ),
        f"The question has {words(question)} words; it may have 150.": (
            words(question) <= 150
        ),
        "'The question' must end in a question.": (
            question.strip().endswith("?")
        ),
        "'Try this' must have three numbered actions.": (
            len(bullets(text["Try this"], r"\d\.")) == 3
        ),
        "Each exercise must fold its solution in a dropdown.": (
            asked and len(DROPDOWN.findall(exercises)) == asked
        ),
        "The summary must have three bullets.": (
            len(bullets(text["Summary"])) == 3
        ),
    }
    return [problem for problem, fine in right.items() if not fine]


def check_code_cells(chapter):
    problems = []
    for cell in code_cells(chapter):
        lines = text_of(cell).splitlines()
        where = f"The cell that starts with {lines[:1]}"
        filled = sum(bool(line.strip()) for line in lines)
        if filled > 20:
            problems.append(f"{where} has {filled} lines; it may have 20.")
        if max(map(len, lines), default=0) > 79:
            problems.append(f"{where} has a line of more than 79 columns.")
        if cell["outputs"] or cell["execution_count"] is not None:
            problems.append(f"{where} stores an output.")
    return problems


def check_tags(chapter):
    return [
        f"The tag {tag!r} is not known."
        for cell in chapter["cells"]
        for tag in tags_of(cell)
        if tag not in TAGS and not tag.startswith("nbval-")
    ]


def _draws(statements, drawing):
    """Whether statements, but for functions they define, draw a figure."""
    for statement in statements:
        if isinstance(statement, ast.FunctionDef):
            continue
        for node in ast.walk(statement):
            match node:
                case ast.Attribute(ast.Name("plt"), attr) if attr != "style":
                    return True
                case ast.Call(ast.Name(name)):
                    if name in drawing or name.startswith("draw_"):
                        return True
    return False


def _ends_in_demo(tree):
    last = tree.body[-1] if tree.body else None
    return isinstance(last, ast.Expr) and any(
        isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Demo"
        for node in ast.walk(last)
    )


def check_alt_text(chapter):
    problems, drawing = [], set()
    for cell in code_cells(chapter):
        tree = ast.parse(text_of(cell))
        functions = [n for n in tree.body if isinstance(n, ast.FunctionDef)]
        drawing |= {f.name for f in functions if _draws(f.body, drawing)}
        if "explorer" in tags_of(cell) or _ends_in_demo(tree):
            continue
        image = cell["metadata"].get("mystnb", {}).get("image", {})
        if _draws(tree.body, drawing) and not image.get("alt", "").strip():
            first = text_of(cell).splitlines()[0]
            problems.append(f"The figure of {first!r} has no alt text.")
    return problems


def check_plain_keras(chapter):
    plain = [c for c in code_cells(chapter) if "plain-keras" in tags_of(c)]
    problems = [] if plain else ["No cell is tagged 'plain-keras'."]
    if any("lessons_lib" in text_of(cell) for cell in plain):
        problems.append("A cell tagged 'plain-keras' names lessons_lib.")
    return problems


def check_colab(chapter, repository):
    first = next(iter(code_cells(chapter)), None)
    if first is None or not {"colab", "remove-cell"} <= set(tags_of(first)):
        return ["The first code cell is not tagged 'colab', 'remove-cell'."]
    addresses = re.findall(r"https?://[^\"'\s]+", text_of(first))
    if addresses != [repository]:
        return [f"The Colab cell names {addresses}, not {repository}."]
    return []


def check_prose(chapter):
    problems = []
    for line in markdown_of(chapter).splitlines():
        read = re.sub(r"`[^`]*`|\$[^$]*\$|!\[|\]\([^)]*\)", " ", line)
        problems += [
            f"{found.group()!r} in {line!r}."
            for found in FILLERS.finditer(read)
        ]
        if "!" in read and not line.startswith("<!--"):
            problems.append(f"An exclamation mark in {line!r}.")
        if words(line) > 30 and not line.startswith("|"):
            problems.append(f"{words(line)} words in one line: {line!r}.")
    return problems
