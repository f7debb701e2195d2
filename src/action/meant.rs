//! What people write into a cell that holds one of a few words, and which of these they mean by it: a word of another
//! language, or another one for the same.

use super::{fold, nearest};

/// A word of a cell, and how people say it otherwise, folded.
const SAID: [(&str, &[&str]); 13] = [
    (
        "open",
        &[
            "new",
            "outstanding",
            "todo",
            "to do",
            "not started",
            "ouvert",
            "ouverte",
            "abierto",
            "abierta",
            "открыто",
            "открыт",
            "открыта",
            "未完成",
            "未结",
            "مفتوح",
            "مفتوحة",
        ],
    ),
    (
        "pending",
        &[
            "waiting",
            "on hold",
            "en attente",
            "en suspens",
            "pendiente",
            "ожидает",
            "в ожидании",
            "待定",
            "待处理",
            "待办",
            "معلق",
            "معلقة",
            "قيد الانتظار",
        ],
    ),
    (
        "in progress",
        &[
            "ongoing",
            "on-going",
            "on going",
            "started",
            "in work",
            "en cours",
            "en curso",
            "в работе",
            "выполняется",
            "进行中",
            "جار",
            "جارية",
            "قيد التنفيذ",
        ],
    ),
    (
        "done",
        &[
            "closed",
            "complete",
            "completed",
            "finished",
            "ok",
            "fait",
            "faite",
            "terminé",
            "terminée",
            "clos",
            "close",
            "achevé",
            "hecho",
            "hecha",
            "cerrado",
            "cerrada",
            "terminado",
            "terminada",
            "concluido",
            "concluida",
            "выполнено",
            "выполнен",
            "закрыто",
            "закрыт",
            "сделано",
            "завершено",
            "完成",
            "已完成",
            "已关闭",
            "منجز",
            "منجزة",
            "مكتمل",
            "مغلق",
            "تم",
        ],
    ),
    (
        "withdrawn",
        &[
            "cancelled",
            "canceled",
            "dropped",
            "abandoned",
            "retiré",
            "retirée",
            "annulé",
            "annulée",
            "retirado",
            "retirada",
            "anulado",
            "anulada",
            "отозвано",
            "отменено",
            "снято",
            "撤回",
            "已撤回",
            "取消",
            "مسحوب",
            "ملغى",
        ],
    ),
    (
        "superseded",
        &[
            "replaced",
            "obsolete",
            "remplacé",
            "remplacée",
            "sustituido",
            "sustituida",
            "заменено",
            "被取代",
            "已取代",
            "مستبدل",
        ],
    ),
    (
        "for action",
        &[
            "pour action",
            "pour suite à donner",
            "para acción",
            "для принятия мер",
            "采取行动",
            "供采取行动",
            "لاتخاذ إجراء",
        ],
    ),
    (
        "for information",
        &[
            "fyi",
            "pour information",
            "pour info",
            "para información",
            "для информации",
            "для сведения",
            "供参考",
            "للعلم",
            "للإحاطة",
        ],
    ),
    (
        "accept",
        &[
            "accepted",
            "yes",
            "y",
            "x",
            "ok",
            "agree",
            "agreed",
            "approve",
            "approved",
            "accepter",
            "accepté",
            "oui",
            "aceptar",
            "aceptado",
            "sí",
            "si",
            "принять",
            "принято",
            "да",
            "接受",
            "同意",
            "是",
            "قبول",
            "نعم",
        ],
    ),
    (
        "change",
        &[
            "changed",
            "modify",
            "edit",
            "modifier",
            "modifié",
            "cambiar",
            "cambiado",
            "изменить",
            "修改",
            "تعديل",
        ],
    ),
    (
        "reject",
        &[
            "rejected",
            "no",
            "n",
            "refuse",
            "rejeter",
            "rejeté",
            "non",
            "rechazar",
            "rechazado",
            "отклонить",
            "нет",
            "拒绝",
            "否",
            "رفض",
            "لا",
        ],
    ),
    ("nomination", &["désignation", "nombramiento", "назначение", "提名", "ترشيح"]),
    (
        "comment",
        &["commentaire", "observations", "comentario", "комментарий", "замечания", "意见", "评论", "تعليق"],
    ),
];

/// The one of `words` that is meant by a word that is none of them: one that says the same, else the one that is most like
/// it; none if nothing is near.
#[must_use]
pub fn meant<'w>(said: &str, words: &[&'w str]) -> Option<&'w str> {
    let said = fold(said);
    let same = SAID
        .iter()
        .filter(|(_, others)| others.contains(&said.as_str()))
        .find_map(|(meant, _)| words.iter().copied().find(|word| word == meant));
    same.or_else(|| nearest(&said, words.iter().copied()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::{Purpose, Status};

    #[test]
    fn a_word_of_another_language_is_known_by_what_it_means() {
        for said in ["ouvert", "Открыто", "abierto", "未完成", "مفتوح"] {
            assert_eq!(meant(said, Status::WORDS), Some("open"), "{said}");
        }
        for said in ["en cours", "进行中", "قيد التنفيذ"] {
            let why = said.parse::<Status>().unwrap_err();
            assert!(why.contains("; did you mean in progress? Write one of: open,"), "{why}");
        }
        assert_eq!(meant("closed", Status::WORDS), Some("done"));
        assert_eq!(meant("pour information", Purpose::WORDS), Some("for information"));
        // A word means nothing in a cell that it is not for.
        assert_eq!(meant("oui", Status::WORDS), None);
        assert_eq!(meant("pendign", Status::WORDS), Some("pending"));
    }

    #[test]
    fn each_way_of_saying_it_is_found_and_is_not_a_word_of_a_cell_itself() {
        for (word, others) in SAID {
            for said in others {
                assert_eq!(fold(said), *said, "they are compared so");
                assert_eq!(meant(said, &[word]), Some(word));
                assert!(said.parse::<Status>().is_err(), "{said}");
            }
        }
    }
}
