"""The rows of the catalogue, by subject."""

from archive.tables.base import Table
from archive.tables.completeness import BlankAnswer, BlankCheck, CorrectionProposal, MissingStatement
from archive.tables.custody import CopyPackage, CustodyRun, Hold, StoredObject
from archive.tables.desk import AuditEntry, Copy, Counter, Decision, Request, Site
from archive.tables.dossiers import Batch, BatchTally, Correction, Dossier, Material, Place, ReceivedFile
from archive.tables.fields import ClassWord, FieldAct, PageCardRow, PageField
from archive.tables.inspection import (
    InspectionDefect,
    InspectionDossier,
    InspectionLot,
    InspectionRound,
    InspectionSignature,
    InspectionUnit,
    ReworkItem,
)  # fmt: skip
from archive.tables.line_corrections import LineCorrection, PageNeed
from archive.tables.names import NameImage
from archive.tables.pages import FindingRow, Page, PageAct, PageActDossier, PageRepair, PageVersion, Reading
from archive.tables.people import Account, Organization, Person
from archive.tables.searches import SavedSearch
from archive.tables.uploads import Upload, UploadFile
from archive.tables.work import CrewRow, IndexHealth, IndexRebuild, JobRow, OutboxRow

__all__ = [
    "Account", "AuditEntry", "Batch", "BatchTally", "BlankAnswer", "BlankCheck", "ClassWord", "Copy", "CopyPackage", "Correction", "CorrectionProposal",
    "Counter", "CrewRow", "CustodyRun", "Decision", "Dossier", "FieldAct", "FindingRow", "Hold", "IndexHealth", "IndexRebuild", "InspectionDefect", "InspectionDossier", "InspectionLot",
    "InspectionRound", "InspectionSignature", "InspectionUnit", "JobRow", "LineCorrection", "Material", "MissingStatement", "NameImage",
    "Organization", "OutboxRow", "Page", "PageAct", "PageActDossier", "PageCardRow", "PageField", "PageNeed", "PageRepair", "PageVersion", "Person", "Place", "Reading",
    "ReceivedFile", "Request", "ReworkItem", "SavedSearch", "Site", "StoredObject", "Table", "Upload", "UploadFile",
]  # fmt: skip
