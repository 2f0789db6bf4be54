"""A workbook of Excel 97, without the program that makes one."""

from __future__ import annotations

import base64
import gzip

# Written with xlwt: a sheet Nuclei of five rows; row 3 is hidden, the cells E3 (#N/A) and
# F4 (#REF!) are errors. And a hidden sheet Nascosto.
_PACKED = (
    "H4sIAAAAAAACA+1YTUhUURQ+9703P5qOo2mlkYiQlRmOGtTGJnMmEfTNpEglgY06C3GakdGiWpRlLoMoCIoSDFu0"
    "sSKwooLatQiMWgRCoLV0FRS0UKdzzrtvcmwChRKUd4Z73jnn3nu+c3/OfXfe+8nc6dHHRTOwhA6ACguJDLAvsgks"
    "GabiBqxPJEg0n04sCYvWFGU4cSHtNniR/c5Ba0jrPQMKPNLeIAf4guUE9IEei4ZLVpEOcQwhQTHUCg33ngJ3sLig"
    "kOPKY97FfCPzh9z2JfODbLnKvBbbTot2mPTq5fvlPj6mlHKdC7mAp9xnii1VUABvaR9fvCaMtjaoi/eEImusoljL"
    "gjHAJW0IR8Nx0nPgPmQC+HyVzc2Vx5GmIR+Xewx+JEoAvpt5/brEsq+uXQDaf6baHX+xO3ERl9pvKBrAICROCtrM"
    "w7ip72pGKuunuyLhnmE8q6cctDecoIf6u2L9A7E5GMG0AcgxjvRGX4feVt/kD2D61wea23Q/Cg0tbcFgIAug1d+g"
    "1zXVtTcGdD96bmz1U7XegS2DKAR9ezyeKhJC3bEzIXRXH4sOxGORSMysrTaFGnLXF473nApHB0KRMG5Iz75KT01l"
    "tae6ymy0F7fy2UyKjA8nd8rhlM0pm4W8G6MnOZcT142jm3vw7UNzZ9DbwZZBfiEZr63tNEeQgEvUAzu7uMYGptdy"
    "7rGb+WX2upXlIub52BKfZcECKRwe4jZXuLYMcWqYPnp3LJJ3ojw8e+RZ8fBX7y6UxxtmzuePf/KOQinOeTf2p98Q"
    "VIgKcfsW0XOv+RTygPvMvPCPw86puGXsCfluzoF5Sm+kXOaGRrMjkpoi58rQVNTUpKahpiU1G2o2iSPS4AjGscv2"
    "gnEcSY1waO5fwRbUVBzL9Sdkmx11IHexf/KsLPJcIj0r7DlD+lJSPCtJzxcU0sjzTfRsU5yo0QjKhVFD8WfK+NU0"
    "8auMkik9qYwSnxCyjlA2SEyV5ykr2ZJQ7mHaEKbKOJsFoWhpUDRGyZaetJSxaClj0XgsIzgWO2xDTZNrQxcqw6UD"
    "igUUI4bRnIDz6J6m5MEEzRm+837TaiSPSPK1mjwibfK4zFmFdLNqkUUWWWSRReuBBF8LgS8bmrwS2/m6YXzXmcey"
    "YH0mWbfUAjH8DeBfSj9E8RmHcyvaP5vAJkxfYpl9zO+FREcRPQ690Mlx9K54/+JNTywez7I7uv9dCq0Uf2Elcf5n"
    "/F/SXS8hABYAAA=="
)


def old_workbook() -> bytes:
    """The file's bytes."""
    return gzip.decompress(base64.b64decode(_PACKED))
