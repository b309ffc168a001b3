"""What a file of staff would do, line by line. Pure."""

from pydantic import with_config

from engine.views.parts import Doubt, Shape, example


class JudgedLine(Shape):
    """One line of the file by its number; with ``messages`` it is wrong, and nothing is stored."""

    line: int
    username: str
    label: str
    position: str | None
    position_label: str | None
    makes_account: bool
    appoints: bool
    messages: list[Doubt]


@with_config(
    example(
        {
            "version": 13,
            "accounts": 1,
            "appointments": 1,
            "wrong": 0,
            "lines": [
                {
                    "line": 2,
                    "username": "kasi.eks.4",
                    "label": "Pegawai Contoh",
                    "position": "kasi-eks-3",
                    "position_label": "Kepala Seksi Kerja Sama dan Misi Dagang",
                    "makes_account": True,
                    "appoints": True,
                    "messages": [],
                }
            ],
        }
    )
)
class StaffReport(Shape):
    """What is made, or with ``dry_run`` would be; ``version`` is the agency's."""

    version: int
    accounts: int
    appointments: int
    wrong: int
    lines: list[JudgedLine]
