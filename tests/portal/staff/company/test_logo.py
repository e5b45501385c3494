"""The company's logo: uploaded in the console, shown to customers on pages, in letters and on papers."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from consents.documents.logo import logo_content
from consents.receipts.pdf import letter_pdf
from notify.campaigns.drafts import steps_drafted
from notify.campaigns.reading import step_previews
from portal.models import StaffAction
from portal.models.user import Role
from tests.factories.consents import company_make
from tests.factories.notify import picture_make, spec_make
from tests.factories.staff import client_of, user_make


def uploaded(content: bytes) -> dict[str, SimpleUploadedFile]:
    return {"logo": SimpleUploadedFile("logo.exe", content)}


def paper() -> bytes:
    """A letter of the company as PDF."""
    return letter_pdf(title="Ответ", addressee="Клиенту", about=[], paragraphs=["Текст."], tables=[], signer="ДПО")


def test_a_logo_is_shown_wherever_the_company_is_named(db: None) -> None:
    company_make()
    client = client_of(user_make(Role.ADMINISTRATOR))
    answer = client.post("/staff/company/logo/", uploaded(picture_make(size=(200, 50))), follow=True)

    assert "Логотип сохранён" in answer.text
    version = answer.context["logo"].version
    assert f'src="/brand.png?v={version}"' in Client().get("/").text
    picture = Client().get("/brand.png")
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/png")
    assert picture.content == logo_content()
    (preview,) = step_previews(steps_drafted(spec_make(audience={"segments": ["Нет таких"]}))[0])
    assert f"/brand.png?v={version}" in preview.html
    assert b"/Subtype/Image" in paper()
    client.post("/staff/company/logo/remove/")
    client.post("/staff/company/logo/remove/")
    assert Client().get("/brand.png").status_code == 404
    assert "/brand.png" not in Client().get("/").text
    assert b"/Subtype/Image" not in paper()
    assert StaffAction.objects.filter(action="logo.changed").count() == 2


def test_what_is_no_logo_changes_nothing_and_is_told(db: None) -> None:
    company_make()
    client = client_of(user_make(Role.ADMINISTRATOR))
    client.post("/staff/company/logo/", uploaded(picture_make(size=(200, 50))))
    before = logo_content()

    answer = client.post("/staff/company/logo/", uploaded(b"<svg><script/></svg>"))

    assert answer.status_code == 400
    assert "В этом SVG есть скрипты" in answer.text
    assert logo_content() == before
