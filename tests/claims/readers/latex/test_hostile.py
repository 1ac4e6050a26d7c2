"""Sources that are broken or meant to harm: each is read or refused with its own message, in bounded time."""

from __future__ import annotations

import gzip
import io
import random
import tarfile
import time
import tomllib
from pathlib import Path

import pytest

from claims.errors import InputError
from claims.model import Block
from claims.readers import latex

pytestmark = pytest.mark.slow

GOLD = Path(__file__).parents[2] / "gold" / "latex"
SECONDS = 30  # what the slowest refusal may take on a busy machine


def paper(body: str) -> bytes:
    return ("\\documentclass{article}\n\\begin{document}\n" + body + "\n\\end{document}\n").encode()


def text(data: bytes, name: str = "a.tex") -> str:
    return " ".join(b.text for b in latex.read(data, name).blocks if isinstance(b, Block))


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (r"\def\x{\x}\x", "expand without end"),
        (r"\def\x{a\x b}\x", "expand without end"),
        (r"\def\x{\y\y}\def\y{\x\x}\x", "expand without end"),
        (r"\newcommand{\x}[1]{\x{#1#1}}\x{a}", "expand without end"),
        (r"\def\a{xxxxxxxxxx}" + r"\edef\a{\a\a}" * 60 + r"\a", "expand without end"),
        (r"\begin{loop}" * 3 + r"\newenvironment{loop}{\begin{loop}}{}\begin{loop}", "expand without end|inside each"),
        (r"\input{a}", "goes in a circle: a.tex -> a.tex"),
        (r"\footnote{" * 200, "inside each other"),
        (r"{" * 20_000, "inside each other"),
        (r"\begin{tabular}{l}" * 500, "inside each other"),
        (r"\begin{table}" * 500, "inside each other"),
    ],
)
def test_what_would_never_end_is_refused_in_time(body: str, message: str) -> None:
    began = time.monotonic()
    with pytest.raises(InputError, match=message):
        latex.read(paper(body), "a.tex")
    assert time.monotonic() - began < SECONDS


def test_files_that_read_each_other_in_a_circle_are_refused_with_the_circle(tmp_path: Path) -> None:
    (tmp_path / "main.tex").write_bytes(paper(r"\input{one}"))
    (tmp_path / "one.tex").write_text(r"\input{two}")
    (tmp_path / "two.tex").write_text(r"\input{one}")
    with pytest.raises(InputError, match=r"one\.tex -> two\.tex -> one\.tex"):
        latex.read_folder(tmp_path)


@pytest.mark.parametrize(
    "body",
    [
        r"\textbf{" * 1500,
        r"$" * 9001,
        r"$\frac{" * 2000,
        r"$" + "{" * 30_000 + "$",
        r"$" + "x^{" * 3000 + "$",
        r"\url{" * 3000,
        r"\begin{verbatim}" * 3000,
        r"\verb|" * 3000,
        r"\unknown[" * 1500,
        r"\ifnum" * 3000,
        r"\iffalse " * 3000,
        r"\multicolumn{999999999}{c}{x}",
        r"\begin{tabular}{*{999}{*{999}{c}}}x\end{tabular}",
        r"\begin{tabular}{c}\multirow{-999999999}{*}{x} & \multicolumn{99999999}{c}{y}\\ \end{tabular}",
        r"\begin{tabular}{c}" + "&" * 60_000 + r"\end{tabular}",
        r"\begin{tabular}{c}" + "x\\\\" * 20_000 + r"\end{tabular}",
        r"\item" * 5000,
        r"\section{" + "a" * 200_000,
        "% \n" * 50_000,
        "\\\n" * 30_000,
        "-" * 300_000,
        "&" * 50_000,
        r"\'" * 5000,
        r"\cite{" + "a," * 50_000 + "}",
        r"\begin{tabular}{>{&}c<{\\}}" + "a & b \\\\" * 99 + r"\end{tabular}",
        r"\newcolumntype{Z}{ZZ}\begin{tabular}{Z}x\end{tabular}",
        r"\setcounter{section}{999999999999999999999}\section{x}\ref{" + "9" * 9999,
        r"\bibitem{a}" * 2000,
        r"\roman{page}\number`\^^M\char999999999 \symbol{55555}",
        r"\csname" * 3000,
        r"\expandafter" * 5000,
        r"\let\a\b\let\b\a\a\b",
        r"\def\b{\egroup}\bgroup\b\b\endgroup}}}",
    ],
    ids=lambda b: b[:24],
)
def test_whatever_it_is_it_is_read_or_refused_in_time(body: str) -> None:
    began = time.monotonic()
    for source in (paper(body), paper("before " + body + " after")):
        try:
            latex.read(source, "a.tex")
        except InputError as error:
            assert "\n" not in str(error)
    assert time.monotonic() - began < SECONDS


@pytest.mark.parametrize(
    ("data", "name", "message"),
    [
        (b"", "a.tex", "empty"),
        (b"   \n ", "a.tex", "empty"),
        (b"<html><body>Sign in</body></html>", "a.tar.gz", "HTML page"),
        (b"<!DOCTYPE html><p>", "a.tex", "HTML page"),
        (gzip.compress(b"%PDF-1.4 x"), "2005.01234.gz", "PDF"),
        (gzip.compress(b"%!PS-Adobe"), "2005.01234.gz", "PostScript"),
        (b"%PDF-1.4", "a.tex", "PDF"),
        (b"\x7fELF\x00\x00\x00", "a.tex", "binary"),
        (gzip.compress(b"\\documentclass{article}")[:20], "a.gz", "broken gzip"),
    ],
    ids=lambda value: None if isinstance(value, str) else f"{len(value)} bytes",
)
def test_what_is_no_latex_says_what_it_is_and_what_to_do(data: bytes, name: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        latex.read(data, name)
    assert str(caught.value).startswith(f"{name}: ") and "; " in str(caught.value)


def archive(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return out.getvalue()


def test_an_archive_is_read_from_its_main_file() -> None:
    files = {"sec/one.tex": b"From one.", "paper.tex": paper(r"\input{sec/one}"), "fig.pdf": b"\x00"}
    assert text(archive(files), "2005.01234v2.tar.gz") == "From one."


def test_of_several_main_files_the_likeliest_is_read_and_said() -> None:
    files = {"supp.tex": paper("Supplement."), "main.tex": paper("Paper."), "old/main.tex": paper("Old.")}
    read = latex.read(archive(files), "x.tar.gz")
    assert read.meta["main"] == "main.tex"
    assert read.warnings == ("3 files have a \\documentclass; read main.tex",)


def test_of_several_equal_main_files_none_is_guessed() -> None:
    with pytest.raises(InputError, match=r"2 files may be the paper \(a\.tex, b\.tex\); give the one"):
        latex.read(archive({"a.tex": paper("A"), "b.tex": paper("B")}), "x.tar.gz")


@pytest.mark.parametrize("files", [{}, {"readme.txt.pdf": b"x"}, {"a.bib": b"@misc{a,}"}])
def test_an_archive_without_latex_says_so(files: dict[str, bytes]) -> None:
    with pytest.raises(InputError, match=r"no \.tex file"):
        latex.read(archive(files), "x.tar.gz")


def test_members_left_out_are_warned_of() -> None:
    files = {"main.tex": paper(r"Text. \input{../secret}"), "../secret.tex": b"stolen"}
    read = latex.read(archive(files), "x.tar.gz")
    assert "stolen" not in read.source
    assert read.warnings[0] == "../secret.tex: left out (it points outside of the archive)"


@pytest.mark.parametrize(
    ("data", "encoding", "warned"),
    [
        ("Müller".encode(), "utf-8", False),
        ("\ufeffMüller".encode(), "utf-8", False),
        ("Müller".encode("utf-16"), "utf-16", True),
        ("Müller".encode("latin-1"), "cp1252", True),
        ("\\usepackage[latin1]{inputenc} Müller".encode("latin-1"), "cp1252", False),
        ("\\usepackage[utf8]{inputenc} Müller".encode("latin-1"), "cp1252", True),
        ("\\usepackage[latin2]{inputenc} Müller".encode("iso8859-2"), "iso8859-2", False),
        ("\\usepackage[latin1]{inputenc} Müller".encode(), "utf-8", False),
    ],
)
def test_the_encoding_is_found_and_a_guess_is_said(data: bytes, encoding: str, warned: bool) -> None:
    read = latex.read(data, "a.tex")
    assert "Müller" in read.source
    assert read.meta["encoding"] == encoding
    assert any("read as" in w for w in read.warnings) is warned


_BITS = r"""\ { } $ & \\ % #1 ^ _ [ ] * ~ \begin{tabular}{lc} \end{tabular} \begin{table} \end{table} \iffalse \fi \else
\def\x{\x} \x \multicolumn{3}{c} \multirow{99}{*}{ \multicolumn{-1}{}{ \footnote{ \verb| \csname \endcsname \caption{
\item \item[ \end{document} \frac \left \newcommand{\x}[9] \let\textbf\x \expandafter \cite{ \ref{ \over *{999}{c} >{ @{
\begin{verbatim} \begin{align} \end{align} \hline \cmidrule( \makecell{ \section{ \label{ \url{ \num{ \SI{ \" \bf""".split()


def test_three_hundred_mutations_never_raise_anything_but_an_input_error() -> None:
    sources = [c["body"] for c in tomllib.loads((GOLD / "tables.toml").read_text(encoding="utf-8"))["case"]]
    sources += [
        c["body"] for c in tomllib.loads((GOLD / "text.toml").read_text(encoding="utf-8"))["case"] if "body" in c
    ]
    slowest = 0.0
    for seed in range(300):
        pick = random.Random(seed)
        source = paper(pick.choice(sources)).decode()
        for _ in range(pick.randint(1, 8)):
            at, action = pick.randrange(len(source)), pick.random()
            if action < 0.5:
                source = source[:at] + pick.choice([*_BITS, "\n\n", "\x00", "\ue000", "é"]) + source[at:]
            elif action < 0.8:
                source = source[:at] + source[at + pick.randint(1, 9) :]
            else:
                other = pick.randrange(len(source))
                source = source[:at] + source[other : other + pick.randint(1, 60)] + source[at:]
        began = time.monotonic()
        try:
            latex.read(source.encode(), "fuzz.tex")
        except InputError as error:
            assert "\n" not in str(error)
        slowest = max(slowest, time.monotonic() - began)
    assert slowest < SECONDS
