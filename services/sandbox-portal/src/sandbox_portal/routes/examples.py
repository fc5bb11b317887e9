"""Answers shown in the documentation: shortened, of the same shape as what is served."""

from typing import Any

Responses = dict[int | str, dict[str, Any]]


def shown(example: object, status: int = 200) -> Responses:
    """The ``responses=`` of a portal's route. Refusals are told in its text: they have no shape of ours."""
    return {status: {"description": "As the portal answers.", "content": {"application/json": {"example": example}}}}


TOKEN = {"access_token": "eyJhbGciOiJIUzI1NiJ9.e30.c2ln", "expires_in": 300, "token_type": "Bearer"}

DOSSIERS = {
    "content": [
        {
            "id": "68f0a1b200000000000000ff",
            "code": "000.00.99.H24-240115-0001",
            "procedure": {
                "code": "1.005142",
                "nationCode": "1.005142",
                "translate": {"name": "Đăng ký dự thi tốt nghiệp trung học phổ thông"},
                "sector": {"code": "G03-THTS", "name": "Thi, tuyển sinh"},
            },
            "agency": {"id": "…", "name": "Sở Giáo dục và Đào tạo Hải Phòng", "code": "000.00.99.H24"},
            "applicant": {"data": {"fullname": "Người Không Có Thật 000255", "phoneNumber": "0000000255"}},
            "appliedDate": "2024-01-14T22:40:12.000+0000",
            "acceptedDate": "2024-01-15T01:30:00.000+0000",
            "appointmentDate": "2024-01-18T10:00:00.000+0000",
            "dueDate": "2024-01-18T10:00:00.000+0000",
            "completedDate": "2024-01-17T03:11:05.000+0000",
            "updatedDate": "2024-01-17T08:00:01.231+0000",
            "dossierStatus": {"id": 4, "name": "Đã trả kết quả"},
            "dossierTaskStatus": {"id": "60f…", "name": "Đã trả kết quả"},
            "applyMethod": {"id": 0, "name": "Trực tuyến"},
            "currentTask": [],
            "dossierFee": [],
        }
    ],
    "totalElements": 2236,
    "totalPages": 12,
    "size": 200,
    "number": 0,
    "last": False,
}

OPENCPS_DOSSIERS = {
    "total": 2236,
    "data": [
        {
            "dossierId": 256,
            "referenceUid": "sandbox-00000000000000ff",
            "dossierNo": "000.00.99.H24-240115-0001",
            "serviceCode": "1.005142",
            "serviceName": "Đăng ký dự thi tốt nghiệp trung học phổ thông",
            "domainCode": "G03-THTS",
            "durationCount": 3.0,
            "durationUnit": 0,
            "govAgencyCode": "000.00.99.H24",
            "govAgencyName": "Sở Giáo dục và Đào tạo Hải Phòng",
            "applicantName": "Người Không Có Thật 000255",
            "submitDate": "15/01/2024 05:40:12",
            "receiveDate": "15/01/2024 08:30:00",
            "dueDate": "18/01/2024 17:00:00",
            "extendDate": "",
            "releaseDate": "17/01/2024 10:11:05",
            "finishDate": "17/01/2024 10:11:05",
            "modifiedDate": "17/01/2024 15:00:01",
            "dossierStatus": "done",
            "dossierStatusText": "Đã hoàn thành",
            "lockState": "",
            "online": "true",
            "viaPostal": 0,
            "originality": 1,
            "systemId": 0,
        }
    ],
}

_PROCEDURE_ID = "019d2bfe-001b-7487-84ae-65ba34b6c272"

PROCEDURES = {
    "code": "OK",
    "data": {
        "items": [
            {
                "id": _PROCEDURE_ID,
                "code": "1.004889",
                "name": "Công nhận bằng tốt nghiệp …",
                "state": "UPDATED",
                "type": "STANDARD",
                "categories": ["Giáo dục, đào tạo với nước ngoài", None],
                "departments": ["Sở Giáo dục và Đào tạo Hải Phòng"],
                "departmentPromulgate": "Bộ Giáo dục và Đào tạo",
            }
        ],
        "lastId": _PROCEDURE_ID,
    },
    "message": "OK",
}

PROCEDURE = {
    "code": "OK",
    "data": {
        "id": _PROCEDURE_ID,
        "code": "1.004889",
        "state": "UPDATED",
        "isProvince": True,
        "isWard": False,
        "isFullProcess": True,
        "executionMethods": [
            {
                "submissionMethod": "ONLINE",
                "processingTime": None,
                "processingTimeUnit": "OTHER",
                "fees": [{"type": "FEE", "value": 250_000, "description": "250.000 đồng"}],
            },
            None,
        ],
        "cases": [{"code": "TH1", "processingDay": {"qty": 20, "type": "WORKING_DAY"}}],
        "decisionNo": "1581/QĐ-UBND",
        "updatedAt": 1_716_771_600_000,
    },
    "message": "OK",
}

REPORTED = {
    "code": "OK",
    "data": {
        "items": [
            {
                "id": _PROCEDURE_ID,
                "code": "9.980001",
                "name": "…",
                "state": "INACTIVE",
                "departmentId": "…",
                "publishingDepartmentIds": ["…"],
                "appliedDepartmentIds": [],
            }
        ],
        "pagination": {"total": 121, "currentPage": 1, "pageSize": 10, "totalPages": 13},
    },
    "message": "OK",
}

_DEPARTMENT = {
    "departmentId": "019d2bfe-0001-7c3a-8f10-2b6f0f6a9d11",
    "departmentCode": "H24.99",
    "departmentName": "Sở Giáo dục và Đào tạo Hải Phòng",
    "departmentType": "PROVINCIAL_DEPARTMENT",
    "level": "PROVINCE",
}

PROGRESS_TREE = {
    "code": "OK",
    "data": {
        "parent": {
            "departmentCode": "H24",
            "totalReceived": 1000,
            "totalOnTime": 930,
            "totalCompleted": 900,
            "avgProcessingDays": 3.2,
            "ratio": 93.0,
            "totalScore": 18.6,
            "totalMaxScore": 20,
        },
        "children": [
            {
                **_DEPARTMENT,
                "totalReceived": 120,
                "totalOnTime": 118,
                "totalOverdue": 2,
                "avgProcessingDays": 2.5,
                "ratio": 98.33,
                "score": 19.67,
                "maxScore": 20,
                "scoreDelta": None,
            }
        ],
    },
    "message": "OK",
}

ONLINE_TREE = {
    "code": "OK",
    "data": {
        "parent": {"departmentCode": "H24", "totalScore": 8.83, "totalMaxScore": 12},
        "children": [
            {
                **_DEPARTMENT,
                "authorityCount": 114,
                "partialCount": 69,
                "fullCount": 45,
                "onlineDossierCount": 40,
                "onlineServiceTotal": 114,
                "channelOnlineSum": 118,
                "channelDirectSum": 2,
                "channelPostalSum": 0,
                "channelTotalSum": 120,
                "onlineOnTimeSum": 117,
                "onlineOverdueSum": 1,
                "score": 9.4,
                "maxScore": 12,
            }
        ],
    },
    "message": "OK",
}

EVALUATION = {
    "code": "OK",
    "data": {
        "overview": {
            **_DEPARTMENT,
            "totalScore": 8.0,
            "totalMaxScore": 18,
            "ratio": 44.44,
            "scoreDelta": None,
            "metrics": [
                {
                    "code": "PUBLISH_ON_TIME",
                    "name": "Công bố TTHC đúng hạn",
                    "numerator": 0,
                    "denominator": 0,
                    "ratio": None,
                    "score": None,
                    "maxScore": 6,
                }
            ],
        },
        "evaluation": [],
        "pagination": {"total": 1, "currentPage": 1, "pageSize": 100, "totalPages": 1},
        "monthlyChart": [],
    },
    "message": "OK",
}

DECISIONS = [
    {
        "ID": "115007",
        "CODE": "4502/QĐ-UBND",
        "NAME": "Về việc công bố Danh mục thủ tục hành chính mới ban hành; …",
        "PUBLISHING_DATE": "02-12-2024",
        "AGENCY_NAME": "UBND Thành phố Hải Phòng",
        "AGENCY_ID": "990000",
        "AMOUNT": "8",
        "ROW_STT": "1",
    }
]

SESSION = {"session": "6b04d78a-cb6db739903f247021a35a5b", "error_code": "00", "message": "Thành công"}

SERVICE = {
    "error_code": "00",
    "message": "Thành công",
    "result": [{"MATTHC": "1.005142", "TENTTHC": "Đăng ký dự thi tốt nghiệp trung học phổ thông"}],
}
