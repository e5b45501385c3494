"""Geometry of bars: what is drawn must not say more than the numbers."""

from portal.ui.drawing.charts import Bar, Part, bars_drawn, parts_drawn, percent_attribute


def test_bars_are_measured_against_the_first_one() -> None:
    drawn = bars_drawn([Bar("Отправлено", 200), Bar("Доставлено", 50)])

    assert [(width, share) for _, width, share in drawn] == [("100.0%", None), ("25.0%", 25)]


def test_a_bar_never_runs_out_of_the_drawing() -> None:
    assert bars_drawn([Bar("Показано", 10), Bar("Подтвердили", 12)])[1][1] == "100.0%"


def test_an_empty_funnel_draws_nothing() -> None:
    assert bars_drawn([]) == []
    assert bars_drawn([Bar("Отправлено", 0), Bar("Доставлено", 0)])[1][1] == "0.0%"


def test_parts_fill_the_bar_to_the_last_tenth() -> None:
    drawn = parts_drawn([Part(str(number), 1, "1") for number in range(7)])

    edges = [(float(left.rstrip("%")), float(width.rstrip("%"))) for _, left, width in drawn]
    assert round(sum(width for _, width in edges), 1) == 100.0
    assert sum(edges[-1]) == 100.0


def test_parts_of_nothing_have_no_width() -> None:
    assert [width for *_, width in parts_drawn([Part("MAX", 0, "1"), Part("СМС", 0, "2")])] == ["0.0%", "0.0%"]


def test_an_attribute_has_a_point_in_every_language() -> None:
    assert percent_attribute(345) == "34.5%"
