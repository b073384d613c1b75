<?xml version="1.0" encoding="UTF-8"?>
<!-- A prescription document as a page of HTML, to be read before it is sent: all that its narrative says, and the
     people of its header. No script, no link that is followed, nothing fetched; what is unknown is shown as plain text. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:c="urn:hl7-org:v3"
                exclude-result-prefixes="c">
  <xsl:output method="html" encoding="UTF-8" indent="no" doctype-system="about:legacy-compat"/>
  <xsl:param name="policy"/>
  <xsl:param name="style"/>
  <xsl:key name="media" match="c:observationMedia" use="@ID"/>

  <xsl:template match="/c:ClinicalDocument">
    <html lang="fr">
      <head>
        <meta http-equiv="Content-Security-Policy" content="{$policy}"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <title><xsl:value-of select="c:title"/></title>
        <style><xsl:value-of select="$style" disable-output-escaping="yes"/></style>
      </head>
      <body>
        <header>
          <h1><xsl:value-of select="c:title"/></h1>
          <p>Signée le <xsl:call-template name="day"><xsl:with-param name="stamp" select="c:effectiveTime/@value"/>
            </xsl:call-template></p>
        </header>
        <main>
          <xsl:call-template name="people"/>
          <xsl:choose>
            <xsl:when test="c:component/c:structuredBody">
              <xsl:apply-templates select="c:component/c:structuredBody/c:component/c:section"/>
            </xsl:when>
            <xsl:otherwise><p>Document de niveau 1 : l'ordonnance est dans le PDF joint.</p></xsl:otherwise>
          </xsl:choose>
        </main>
      </body>
    </html>
  </xsl:template>

  <xsl:template name="people">
    <section aria-labelledby="personnes">
      <h2 id="personnes">Patient et prescripteur</h2>
      <dl>
        <xsl:for-each select="c:recordTarget/c:patientRole">
          <dt>Patient</dt>
          <dd>
            <xsl:for-each select="c:patient/c:name/c:family[@qualifier='BR' or not(@qualifier)]">
              <xsl:value-of select="."/>, </xsl:for-each>
            <xsl:value-of select="c:patient/c:name/c:given[not(@qualifier)]"/>
          </dd>
          <xsl:if test="c:patient/c:name/*[@qualifier='CL']">
            <dt>Nom et prénom utilisés</dt>
            <dd><xsl:for-each select="c:patient/c:name/*[@qualifier='CL']"><xsl:value-of select="."/>
              <xsl:text> </xsl:text></xsl:for-each></dd>
          </xsl:if>
          <dt>Né(e) le</dt>
          <dd><xsl:call-template name="day"><xsl:with-param name="stamp" select="c:patient/c:birthTime/@value"/>
            </xsl:call-template></dd>
          <dt>Sexe</dt>
          <dd><xsl:value-of select="c:patient/c:administrativeGenderCode/@displayName"/></dd>
          <xsl:for-each select="c:id[starts-with(@root, '1.2.250.1.213.1.4.')]"><dt>Matricule INS</dt><dd>
            <xsl:value-of select="@extension"/></dd></xsl:for-each>
          <xsl:for-each select="c:patient/c:guardian"><dt>Représentant</dt><dd>
            <xsl:apply-templates select="c:guardianPerson/c:name" mode="person"/></dd></xsl:for-each>
        </xsl:for-each>
        <xsl:for-each select="c:informant/c:relatedEntity">
          <dt>
            <xsl:choose>
              <xsl:when test="@classCode = 'ECON'">Personne à prévenir</xsl:when>
              <xsl:when test="@classCode = 'NOK'">Personne de confiance</xsl:when>
              <xsl:when test="@classCode = 'CAREGIVER'">Aidant</xsl:when>
              <xsl:otherwise>Proche</xsl:otherwise>
            </xsl:choose>
          </dt>
          <dd>
            <xsl:apply-templates select="c:relatedPerson/c:name" mode="person"/>
            <xsl:for-each select="c:code/@displayName"> (<xsl:value-of select="."/>)</xsl:for-each>
          </dd>
        </xsl:for-each>
        <xsl:for-each select="c:author/c:assignedAuthor">
          <dt>Prescripteur</dt>
          <dd>
            <xsl:apply-templates select="c:assignedPerson/c:name" mode="person"/>
            <xsl:for-each select="c:id[@root='1.2.250.1.71.4.2.1']"><xsl:text> – RPPS </xsl:text>
              <xsl:value-of select="substring(@extension, 2)"/></xsl:for-each>
            <xsl:for-each select="c:representedOrganization/c:name"><xsl:text> – </xsl:text><xsl:value-of select="."/>
              </xsl:for-each>
          </dd>
        </xsl:for-each>
        <xsl:for-each select="c:participant[@typeCode='REF' or @typeCode='CON']/c:associatedEntity">
          <dt>Prescripteur remplacé</dt><dd><xsl:apply-templates select="c:associatedPerson/c:name" mode="person"/></dd>
        </xsl:for-each>
        <xsl:for-each select="c:informationRecipient/c:intendedRecipient">
          <dt>Copie des résultats à</dt>
          <dd><xsl:apply-templates select="c:informationRecipient/c:name" mode="person"/><xsl:text> </xsl:text>
            <xsl:value-of select="c:receivedOrganization/c:name"/></dd>
        </xsl:for-each>
      </dl>
    </section>
  </xsl:template>

  <xsl:template match="c:name" mode="person">
    <xsl:for-each select="c:prefix | c:suffix | c:given | c:family">
      <xsl:sort select="number(boolean(self::c:prefix | self::c:suffix)) * -2
                        - number(boolean(self::c:given))" data-type="number"/>
      <xsl:if test="position() &gt; 1"><xsl:text> </xsl:text></xsl:if>
      <xsl:value-of select="."/>
    </xsl:for-each>
  </xsl:template>

  <xsl:template name="day">
    <xsl:param name="stamp"/>
    <xsl:choose>
      <xsl:when test="string-length($stamp) &gt;= 8">
        <xsl:value-of select="concat(substring($stamp, 7, 2), '/',
                                     substring($stamp, 5, 2), '/', substring($stamp, 1, 4))"/></xsl:when>
      <xsl:when test="string-length($stamp) = 6">
        <xsl:value-of select="concat(substring($stamp, 5, 2), '/', substring($stamp, 1, 4))"/></xsl:when>
      <xsl:when test="$stamp"><xsl:value-of select="$stamp"/></xsl:when>
      <xsl:otherwise>inconnue</xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <xsl:template match="c:section">
    <section aria-labelledby="{generate-id()}">
      <h2 id="{generate-id()}">
        <xsl:choose>
          <xsl:when test="normalize-space(c:title)"><xsl:value-of select="c:title"/></xsl:when>
          <xsl:when test="c:code/@displayName"><xsl:value-of select="c:code/@displayName"/></xsl:when>
          <xsl:otherwise>Section sans titre</xsl:otherwise>
        </xsl:choose>
      </h2>
      <xsl:apply-templates select="c:text/node()"/>
      <xsl:apply-templates select="c:component/c:section"/>
    </section>
  </xsl:template>

  <xsl:template match="c:br"><br/></xsl:template>
  <xsl:template match="c:paragraph"><p><xsl:apply-templates/></p></xsl:template>
  <xsl:template match="c:sub"><sub><xsl:apply-templates/></sub></xsl:template>
  <xsl:template match="c:sup"><sup><xsl:apply-templates/></sup></xsl:template>
  <xsl:template match="c:content[contains(concat(' ', @styleCode, ' '), ' Bold ')]"><strong><xsl:apply-templates/>
    </strong></xsl:template>
  <xsl:template match="c:content[contains(concat(' ', @styleCode, ' '), ' Italics ')]"><em><xsl:apply-templates/></em>
    </xsl:template>
  <xsl:template match="c:list[@listType='ordered']"><xsl:apply-templates select="c:caption"/><ol>
    <xsl:apply-templates select="c:item"/></ol></xsl:template>
  <xsl:template match="c:list"><xsl:apply-templates select="c:caption"/><ul><xsl:apply-templates select="c:item"/>
    </ul></xsl:template>
  <xsl:template match="c:item"><li><xsl:apply-templates/></li></xsl:template>
  <xsl:template match="c:caption"><p><strong><xsl:apply-templates/></strong></p></xsl:template>
  <xsl:template match="c:table"><xsl:apply-templates select="c:caption"/><table>
    <xsl:apply-templates select="c:thead | c:tfoot | c:tbody | c:tr"/></table></xsl:template>
  <xsl:template match="c:thead"><thead><xsl:apply-templates select="c:tr"/></thead></xsl:template>
  <xsl:template match="c:tfoot"><tfoot><xsl:apply-templates select="c:tr"/></tfoot></xsl:template>
  <xsl:template match="c:tbody"><tbody><xsl:apply-templates select="c:tr"/></tbody></xsl:template>
  <xsl:template match="c:tr"><tr><xsl:apply-templates select="c:th | c:td"/></tr></xsl:template>
  <xsl:template match="c:thead//c:th"><th scope="col"><xsl:call-template name="span"/><xsl:apply-templates/></th>
    </xsl:template>
  <xsl:template match="c:th"><th scope="row"><xsl:call-template name="span"/><xsl:apply-templates/></th></xsl:template>
  <xsl:template match="c:td"><td><xsl:call-template name="span"/><xsl:apply-templates/></td></xsl:template>
  <xsl:template name="span"><xsl:copy-of select="@colspan | @rowspan"/></xsl:template>

  <!-- A link of someone else's document is told, never made. -->
  <xsl:template match="c:linkHtml"><xsl:apply-templates/>
    <xsl:if test="@href"> (<xsl:value-of select="@href"/>)</xsl:if></xsl:template>

  <xsl:template match="c:renderMultiMedia">
    <xsl:variable name="value" select="key('media', @referencedObject)/c:value"/>
    <xsl:apply-templates select="c:caption"/>
    <xsl:choose>
      <xsl:when test="$value/@representation = 'B64' and ($value/@mediaType = 'image/png'
                      or $value/@mediaType = 'image/jpeg'
                      or $value/@mediaType = 'image/gif')">
        <img alt="{ancestor::c:section[1]/c:title}"
             src="data:{$value/@mediaType};base64,{translate($value, ' &#9;&#10;&#13;', '')}"/>
      </xsl:when>
      <xsl:when test="$value/@mediaType = 'application/pdf'"> (PDF joint au document)</xsl:when>
      <xsl:otherwise> (pièce jointe)</xsl:otherwise>
    </xsl:choose>
  </xsl:template>
</xsl:stylesheet>
