//! What people do for a meeting: verbs, as the alternatives of a pattern.
//!
//! What merely happens, or is done by things, is not among them: "will meet", "will be", "will specify".

/// Bare forms.
pub(super) const ENGLISH: &str = "\
    adapt|add|agree\\s+(?:on|with)|address|adjust|advise|align|allocate|amend|analy[sz]e|announce|answer|appoint|approach|archive|\
    arrange|ask|assemble|assess|assign|assist|attach|bring|brief|book|call\\s+for|carry\\s+out|check|choose|\
    circulate|clarify|clean\\s+up|collate|collect|combine|comment|communicate|compare|compile|complete|conduct|\
    confirm|consolidate|consult|contact|contribute|convene|convert|convey|coordinate|co-ordinate|copy|correct|\
    create|deal\\s+with|delete|deliver|describe|design|designate|discuss\\s+with|disseminate|distribute|\
    document|draft|draw\\s+up|e-?mail|edit|elaborate|engage\\s+with|ensure|enter|establish|evaluate|examine|explain|\
    explore|extend|extract|file|fill\\s+in|finali[sz]e|find|finish|fix|follow\\s+up|formulate|forward|gather|\
    get\\s+in\\s+touch|give\\s+(?:an?|the|its|his|her|feedback)|hand\\s+over|harmoni[sz]e|help|host|identify|\
    include|incorporate|inform|initiate|inquire|insert|integrate|investigate|invite|issue|join|launch|liaise|\
    list|locate|look\\s+(?:for|into|at)|make\\s+(?:available|sure|the|an?)|maintain|manage|map|merge|modify|\
    monitor|move|negotiate|nominate|notify|obtain|order|organi[sz]e|outline|participate|pass|plan|populate|post|\
    prepare|present|produce|progress|promote|propose|provide|publish|put\\s+(?:forward|together|the)|raise|\
    recheck|re-?circulate|reconsider|reconvene|redistribute|reformulate|reissue|reopen|reorgani[sz]e|re-submit|\
    read|reach\\s+out|record|recruit|rectify|redraft|refer|refine|register|relay|release|remind|remove|rename|\
    renew|replace|reply|report|request|research|resend|resolve|respond|restructure|resubmit|return|review|\
    revise|rewrite|schedule|search|seek|select|send|set\\s+up|share|settle|sign|solicit|sort\\s+out|speak|split|start\\s+an?|\
    submit|suggest|summari[sz]e|supply|survey|table|take\\s+(?:up|care|over|action|the\\s+lead)|talk|tell|test|\
    track|transcribe|transfer|translate|transmit|try|update|upload|validate|verify|visit|withdraw|\
    work\\s+(?:on|with|out|together)|write";

/// Stems of the future tense, before -a and -ont.
pub(super) const FRENCH: &str = "\
    accueiller|actualiser|adapter|relancer|relir|reprendr|interroger|écrir|déposer|afficher|téléphoner|ouvrir|adresser|aider|ajouter|analyser|annoncer|apporter|assurer|attribuer|collecter|\
    communiquer|compléter|compiler|confirmer|consolider|constituer|consulter|contacter|convoquer|coordonner|\
    corriger|créer|définir|demander|désigner|diffuser|distribuer|élaborer|enverr|établir|étudier|examiner|fer|\
    finaliser|fournir|harmoniser|identifier|informer|inviter|lancer|mettr|modifier|nommer|notifier|organiser|\
    participer|planifier|préciser|prendr|préparer|présenter|procéder|produir|proposer|publier|rappeler|\
    rassembler|recenser|recueiller|rédiger|regrouper|remettr|remplacer|répondr|représenter|réserver|résumer|\
    réunir|réviser|revoir|signaler|solliciter|soumettr|suivr|supprimer|traduir|transmettr|vérifier|veiller";

/// Stems of the future tense, before -á and -án.
pub(super) const SPANISH: &str = "\
    acoger|actualizar|adaptar|aclarar|analizar|anunciar|añadir|aportar|asegurar|ayudar|coordinar|comunicar|\
    completar|compilar|comprobar|confirmar|consultar|contactar|convocar|corregir|crear|dar|definir|designar|\
    difundir|distribuir|elaborar|elevar|enviar|estudiar|examinar|facilitar|finalizar|gestionar|har|identificar|\
    iniciar|informar|incorporar|invitar|lanzar|modificar|nombrar|notificar|organizar|participar|pedir|pondr|\
    preparar|presentar|propondr|proporcionar|publicar|realizar|recabar|recopilar|recordar|redactar|remitir|\
    reservar|responder|resumir|revisar|solicitar|someter|suministrar|traducir|transmitir|verificar";

/// Perfective forms of the third person.
pub(super) const RUSSIAN: &str = "\
    внесут|внесет|внесёт|выступит|выполнит|выяснит|дополнит|дополнят|доработает|доработают|завершит|запросит|\
    запросят|изучит|изучат|назначит|назначат|направит|направят|напишет|обновит|обновят|обобщит|обобщат|\
    обеспечит|обеспечат|обратится|опубликует|опубликуют|организует|организуют|ответит|ответят|отправит|отправят|\
    подготовит|подготовят|передаст|переведет|переведёт|пересмотрит|предложит|предложат|предоставит|предоставят|\
    представит|представят|примет\\s+(?:у\\s|участие|у\\s+себя)|проверит|проверят|проведет|проведёт|проведут|\
    проинформирует|проинформируют|прояснит|разместит|разместят|разошлет|разошлёт|разошлют|разработает|\
    разработают|рассмотрит|рассмотрят|распространит|распространят|свяжется|свяжутся|скоординирует|соберет|\
    соберёт|соберут|согласует|согласуют|создаст|создадут|сообщит|сообщат|составит|составят|уведомит|уведомят|\
    уточнит|уточнят|учтет|учтёт|учтут";

/// What stands behind the one who does it.
pub(super) const CHINESE: &str = "\
    安排|办理|报告|报送|编辑|编写|编制|补充|参加|草拟|承办|筹备|答复|调查|调研|反馈|翻译|分发|分析|负责|更新|公布|发布|发送|发出|跟进|汇报|汇总|回复|获取|检查|建立|进一步|就|开展|联系|\
    拟定|派|起草|评估|确认|确定|散发|上报|上传|审查|审核|审议|审阅|收集|启动|梳理|提供|提交|提出|提名|通报|通知|推动|完成|完善|向|协调|协助|修订|修改|宣传|研究|与|召集|召开|征集|征求|\
    整理|指定|制定|主持|准备|组织|转交|转发|撰写|落实|牵头|于|在|把|将";
