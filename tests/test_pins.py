"""Pinned runs: ghosts with a table, and their numbers as a file."""

import csv
import io
from urllib.parse import unquote

from panel_moves import explorer, settled, turn

from lessons_lib import Control


def test_pins_stay_as_ghosts_with_a_table():
    panel = explorer().panel
    bare = panel.cards.children[0].value

    panel.pin.click()
    turn(panel, "learning_rate", 0.3)
    settled(panel)
    panel.pin.click()

    assert panel.cards.children[0].value != bare
    assert panel.table.value.count("<tr>") == 3
    names = [button.description for button in panel.unpins.children]
    assert names == ["Unpin 1", "Unpin 2", "Clear pins"]

    panel.unpins.children[0].click()
    assert [pin.number for pin in panel.session.pins] == [2]
    panel.pin.click()
    assert [pin.number for pin in panel.session.pins] == [2, 3]

    panel.unpins.children[-1].click()
    assert panel.session.pins == []
    assert panel.table.value == ""
    assert panel.unpins.children == ()


def test_pins_leave_as_csv():
    sizes = ((4,), (4, 2))
    comma = Control("hidden_units", sizes, texts=("4", "4, 2"), scale="choice")
    panel = explorer(controls=[comma]).panel
    turn(panel, "hidden_units", (4, 2))
    result = settled(panel)
    panel.pin.click()

    link = panel.table.value.split('href="')[1].split('"')[0]
    head, text = link.split(",", 1)
    (row,) = csv.DictReader(io.StringIO(unquote(text)))

    assert head == "data:text/csv;charset=utf-8"
    assert row["hidden_units"] == "4, 2"
    assert float(row["val_loss"]) == result.histories[0]["val_loss"][-1]
    assert row["verdict"] == result.verdict.status
