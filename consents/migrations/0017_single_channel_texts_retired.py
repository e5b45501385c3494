"""Texts that name a single contact are asked no more: one text a purpose names all that were chosen.

They stay with the answers given to them. Until the new ones are published nobody is asked; `doctor` says so.
"""

from django.db import migrations

RETIRE = """
UPDATE consents_edition e SET status = 'retired'
FROM consents_document d
WHERE d.id = e.document_id AND d.kind IN ('pd_service', 'pd_promo', 'ads') AND e.status = 'published'
    AND (d.channel <> '' OR e.title || e.body || e.checkbox LIKE '%((контакт))%'
         OR e.title || e.body || e.checkbox LIKE '%((вид контакта))%')
"""


class Migration(migrations.Migration):
    dependencies = [("consents", "0016_signature_rules")]

    operations = [migrations.RunSQL(RETIRE, migrations.RunSQL.noop)]
