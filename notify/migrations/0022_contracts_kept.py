"""Contracts that were a mark and a note go on as contracts for service and transactional messages.

Their number is the note, which holds the day of signing too. They hold since the day before: so none of them has a
gap, whatever zone the installation counts its days in. Advertising is not among the kinds: nobody has said that the
contract allows it.
"""

from django.db import migrations

KEEP = """
INSERT INTO notify_channelcontract (channel, number, signed_on, valid_from, valid_until, kinds, created_at)
SELECT channel, contract_note, NULL, (statement_timestamp() AT TIME ZONE 'UTC')::date - 1, NULL,
    ARRAY['transactional', 'service'], statement_timestamp()
FROM notify_channelsetting
WHERE contract AND contract_note <> ''
"""
TAKE_BACK = "DELETE FROM notify_channelcontract WHERE signed_on IS NULL"


class Migration(migrations.Migration):
    dependencies = [("notify", "0021_channel_contracts")]

    operations = [migrations.RunSQL(KEEP, TAKE_BACK)]
