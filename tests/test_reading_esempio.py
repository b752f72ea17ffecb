"""The invented lab, read: what was planted comes back (corpus/esempio/truth.yml)."""

from __future__ import annotations

from labkit.actors.identity import org_key, person_id


def meeting_of(lab, planted):
    """The row of meetings that belongs to a planted meeting: by its file and day."""
    documents = lab.documents[
        (lab.documents["source"] == f"verbali/{planted['file']}")
        & (lab.documents["published"] == str(planted["published"]))
    ]
    return lab.meetings[
        lab.meetings["doc_id"].isin(documents["doc_id"]) & (lab.meetings["date"] == str(planted["date"]))
    ]


def test_every_post_is_found(esempio):
    assert len(esempio.documents) == 93
    assert esempio.documents["published"].notna().all()


def test_every_meeting_has_its_day_hours_and_body(esempio, truth):
    labels = {entry.id: entry["label"] for entry in esempio.codebooks.bodies.values()}
    wrong = []
    for planted in truth["meetings"]:
        rows = meeting_of(esempio, planted)
        found = [(r.start, r.end, labels.get(r.body_id)) for r in rows.itertuples()]
        body = planted["body"].replace("Assemblea distrettuale dei Sindaci", "Assemblea dei Sindaci")
        if found != [(*planted["hours"], body)]:
            wrong.append((planted["file"], str(planted["date"]), found))
    assert wrong == []


def test_everybody_planted_is_found_with_status_and_nobody_else(esempio, truth):
    wrong = []
    for planted in truth["meetings"]:
        rows = esempio.attendance[esempio.attendance["meeting_id"].isin(meeting_of(esempio, planted)["meeting_id"])]
        found = dict(zip(rows["person_id"], rows["status"]))
        wanted = {
            person_id(who): status for status in ("present", "absent", "excused") for who, _ in planted.get(status, [])
        }
        if found != wanted:
            wrong.append((planted["file"], str(planted["date"]), set(wanted.items()) ^ set(found.items())))
    assert wrong == []


def test_those_present_come_from_the_planted_organisation(esempio, truth):
    """In every layout that names organisations, and through the table of affiliations in the one that does not."""
    names = {name: actor for actor, name in zip(esempio.actors["actor_id"], esempio.actors["name"])}
    wrong = []
    for planted in truth["meetings"]:
        rows = esempio.attendance[esempio.attendance["meeting_id"].isin(meeting_of(esempio, planted)["meeting_id"])]
        found = dict(zip(rows["person_id"], rows["actor_id"]))
        for who, organisation in planted["present"]:
            wanted = names.get(organisation, org_key(organisation))
            if found.get(person_id(who)) != wanted:
                wrong.append((planted["file"], planted["layout"], who, found.get(person_id(who)), wanted))
    assert wrong == []


def test_late_arrivals_are_read(esempio):
    assert esempio.attendance["arrives"].notna().sum() >= 4


def test_partnerships_have_exactly_the_planted_members(esempio, truth):
    ties = esempio.ties.query("kind == 'declared_partnership'")
    for planted in truth["partnerships"]:
        mine = ties[ties["label"] == planted["label"]]
        assert set(mine["source"]) | set(mine["target"]) == set(planted["members"])
        assert set(mine["date"]) == {str(planted["date"])}
        n = len(planted["members"])
        assert len(mine) == n * (n - 1) / 2


def test_the_planted_tension_is_found_and_leads_to_its_sentence(esempio, truth):
    found = esempio.ties.query("kind == 'tension'")
    pairs = [{row.source, row.target} for row in found.itertuples()]
    assert pairs == [set(planted["between"]) for planted in truth["tensions"]]
    assert "disallineamento" in esempio.evidence(found.iloc[0]["tie_id"])["quotation"]


def test_the_wrong_weekday_is_a_doubt_and_nothing_else_is(esempio, truth):
    found = [
        {"file": row.where.split("/")[-1].split(":")[0], "code": row.code} for row in esempio.problems.itertuples()
    ]
    assert found == truth["doubts"]


def test_announced_speakers_addressees_and_signers_are_not_attendance(esempio):
    announcements = set(esempio.documents.query("kind == 'announcement'")["doc_id"])
    assert len(announcements) >= 6
    assert not announcements & set(esempio.attendance["doc_id"])


def test_spans_lead_back_to_the_name_in_the_text(esempio):
    for row in esempio.attendance.itertuples():
        assert person_id(esempio.texts[row.doc_id][row.start : row.end]) == row.person_id


def test_words_inside_names_are_not_words(esempio, names):
    surnames = {name.split()[-1].lower() for name in names}
    assert not surnames & set(esempio.terms["lemma"])


def test_every_id_of_a_table_leads_somewhere(esempio):
    documents, sections, actors = (
        set(esempio.documents["doc_id"]),
        set(esempio.sections["section_id"]),
        set(esempio.actors["actor_id"]),
    )
    for table in (
        "sections",
        "meetings",
        "attendance",
        "mentions",
        "terms",
        "concepts",
        "commitments",
        "events",
        "amounts",
    ):
        assert set(getattr(esempio, table)["doc_id"]) <= documents, table
    for table in ("mentions", "terms", "concepts", "statements", "commitments"):
        assert set(getattr(esempio, table)["section_id"]) <= sections, table
    told = esempio.ties["kind"] == "validated"  # by people, in no document
    assert set(esempio.ties.loc[~told, "doc_id"]) <= documents
    assert set(esempio.ties.loc[~told, "section_id"]) <= sections
    assert set(esempio.ties.loc[told, "tie_id"].str.removesuffix(".v")) <= set(esempio.judgements["judgement_id"])
    assert set(esempio.mentions["actor_id"]) <= actors
    assert set(esempio.attendance["actor_id"].dropna()) <= actors
    assert set(esempio.ties["source"]) | set(esempio.ties["target"]) <= actors
