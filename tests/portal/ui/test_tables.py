"""Cells that know the heading of their column."""

from portal.ui.tables import cells_labelled

HEAD = '<thead><tr><th scope="col">Имя</th><th scope="col" class="num">В <b>плане</b></th></tr></thead>'


def test_a_value_knows_the_heading_of_its_column() -> None:
    rows = cells_labelled(f'{HEAD}<tbody><tr><th scope="row">Анна</th><td class="num">7</td></tr></tbody>')

    assert '<th scope="row">Анна</th>' in rows
    assert '<td data-label="В плане" class="num"><div>7</div></td>' in rows


def test_each_row_begins_anew() -> None:
    row = "<tr><td>Анна</td><td>7</td></tr>"

    assert cells_labelled(f"{HEAD}<tbody>{row}{row}</tbody>").count('data-label="Имя"') == 2


def test_headings_stay_as_they_are() -> None:
    assert cells_labelled(f"{HEAD}<tbody></tbody>") == f"{HEAD}<tbody></tbody>"


def test_a_cell_over_several_columns_has_no_heading_and_the_next_one_has_its_own() -> None:
    head = "<thead><tr><th>1</th><th>2</th><th>3</th></tr></thead>"

    rows = cells_labelled(f'{head}<tbody><tr><td colspan="2">пусто</td><td>да</td></tr></tbody>')

    assert '<td data-label="" colspan="2"><div>пусто</div></td>' in rows
    assert '<td data-label="3"><div>да</div></td>' in rows


def test_an_empty_cell_has_no_heading_to_show() -> None:
    assert '<td data-label=""><div> </div></td>' in cells_labelled(f"{HEAD}<tbody><tr><td> </td></tr></tbody>")


def test_a_heading_for_screen_readers_alone_is_not_shown() -> None:
    head = '<thead><tr><th><span class="visually-hidden">Действие</span></th></tr></thead>'

    assert '<td data-label=""><div>да</div></td>' in cells_labelled(f"{head}<tbody><tr><td>да</td></tr></tbody>")


def test_a_quote_in_a_heading_does_not_end_the_attribute() -> None:
    head = "<thead><tr><th>Банк &quot;А&quot; &lt;b&gt;</th></tr></thead>"

    rows = cells_labelled(f"{head}<tbody><tr><td>да</td></tr></tbody>")

    assert 'data-label="Банк &quot;А&quot; &lt;b&gt;"' in rows


def test_a_row_beyond_the_headings_is_drawn_without_any() -> None:
    assert 'data-label=""' in cells_labelled("<tbody><tr><td>да</td></tr></tbody>")
